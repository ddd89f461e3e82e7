using System.Text;

namespace Hud.Live.Terminal;

/// <summary>A growing byte buffer that is kept from frame to frame, so that drawing allocates nothing.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[16 * 1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    public void Append(int number)
    {
        number.TryFormat(Reserve(11), out var written, default, null);
        _length += written;
    }

    public void AppendCodePoint(int codePoint) => _length += new Rune(codePoint).EncodeToUtf8(Reserve(4));

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        return _bytes.AsSpan(_length);
    }
}
