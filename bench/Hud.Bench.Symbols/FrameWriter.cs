using System.Buffers.Text;
using System.Text;
using Hud.Symbols;

namespace Hud.Bench.Symbols;

/// <summary>Frames as llvm-symbolizer prints them, straight into UTF-8: function and file:line:column a frame, an empty line after each address.</summary>
internal sealed class FrameWriter(bool raw)
{
    private byte[] _buffer = new byte[256 << 10];
    private int _used;

    public void Write(ReadOnlySpan<SourceFrame> frames)
    {
        foreach (SourceFrame frame in frames)
        {
            Text(raw ? frame.LinkageName ?? frame.Function : frame.Function);
            Byte((byte)'\n');
            Text(frame.File ?? "??");
            Byte((byte)':');
            Number(frame.Line);
            Byte((byte)':');
            Number(frame.Column);
            Byte((byte)'\n');
        }

        if (frames.IsEmpty)
        {
            Text("??\n??:0:0\n");
        }

        Byte((byte)'\n');
    }

    public void Flush(Stream output)
    {
        output.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void Text(string text)
    {
        Reserve(text.Length * 3);
        _used += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_used));
    }

    private void Number(int number)
    {
        Reserve(16);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
        _used += written;
    }

    private void Byte(byte value)
    {
        Reserve(1);
        _buffer[_used++] = value;
    }

    private void Reserve(int bytes)
    {
        if (bytes > _buffer.Length - _used)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + bytes));
        }
    }
}
