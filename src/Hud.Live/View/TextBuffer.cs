using System.Runtime.CompilerServices;

namespace Hud.Live.View;

/// <summary>Text under construction, kept from frame to frame; interpolated strings go in without becoming strings.</summary>
internal sealed class TextBuffer
{
    private char[] _text = new char[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<char> Text => _text.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(ReadOnlySpan<char> text)
    {
        while (Length + text.Length > _text.Length) Grow();
        text.CopyTo(_text.AsSpan(Length));
        Length += text.Length;
    }

    public void Append([InterpolatedStringHandlerArgument("")] TextHandler text) => Length = text.Length;

    internal void Append<T>(T value, ReadOnlySpan<char> format) where T : ISpanFormattable
    {
        int written;
        while (!value.TryFormat(_text.AsSpan(Length), out written, format, null)) Grow();
        Length += written;
    }

    private void Grow() => Array.Resize(ref _text, _text.Length * 2);
}

/// <summary>Writes the parts of an interpolated string into a <see cref="TextBuffer"/>.</summary>
[InterpolatedStringHandler]
internal readonly ref struct TextHandler
{
    private readonly TextBuffer _buffer;

    public TextHandler(int literalLength, int formattedCount, TextBuffer buffer)
    {
        _ = literalLength + formattedCount;
        _buffer = buffer;
    }

    public TextHandler(int literalLength, int formattedCount, Canvas canvas)
        : this(literalLength, formattedCount, canvas.Scratch) => canvas.Scratch.Clear();

    public int Length => _buffer.Length;

    public void AppendLiteral(string text) => _buffer.Append(text);

    public void AppendFormatted(string? text) => _buffer.Append(text);

    public void AppendFormatted(ReadOnlySpan<char> text) => _buffer.Append(text);

    public void AppendFormatted<T>(T value) where T : ISpanFormattable => _buffer.Append(value, default);

    public void AppendFormatted<T>(T value, string format) where T : ISpanFormattable => _buffer.Append(value, format);
}
