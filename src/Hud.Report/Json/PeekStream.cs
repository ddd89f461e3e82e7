namespace Hud.Reporting;

/// <summary>Lets the first bytes of a forward-only stream be looked at before they are read. Does not own the inner stream.</summary>
internal sealed class PeekStream(Stream inner, int size) : Stream
{
    private readonly byte[] _head = new byte[size];
    private int _filled = -1;
    private int _position;
    private bool _ended;

    private long _line;
    private long _column;

    /// <summary>True when the input ended at this place: zero-based line, bytes into it.</summary>
    public bool EndsAt(long? line, long? column) => _ended && line == _line && column >= _column;

    public ReadOnlySpan<byte> Peek()
    {
        if (_filled < 0)
            _filled = inner.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
        return _head.AsSpan(_position, _filled - _position);
    }

    public override int Read(Span<byte> buffer)
    {
        var head = Peek();
        if (head.Length > 0)
        {
            var n = Math.Min(head.Length, buffer.Length);
            head[..n].CopyTo(buffer);
            _position += n;
            Advance(buffer[..n]);
            return n;
        }

        var read = inner.Read(buffer);
        _ended |= read == 0 && buffer.Length > 0;
        Advance(buffer[..read]);
        return read;
    }

    private void Advance(ReadOnlySpan<byte> bytes)
    {
        var newlines = bytes.Count((byte)'\n');
        _line += newlines;
        _column = newlines == 0 ? _column + bytes.Length : bytes.Length - 1 - bytes.LastIndexOf((byte)'\n');
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
