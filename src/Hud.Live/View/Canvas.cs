using System.Runtime.CompilerServices;
using Hud.Live.Terminal;

namespace Hud.Live.View;

internal readonly record struct Rect(int X, int Y, int Width, int Height)
{
    public int Bottom => Y + Height;
    public int Right => X + Width;

    public bool Contains(int x, int y) => x >= X && x < Right && y >= Y && y < Bottom;
}

/// <summary>What a click on a place means.</summary>
internal enum TargetKind
{
    Tab, Row, Column, Strip, Pane, Flame,
}

/// <param name="Value">Number of the tab or pane, the row in its list, or the column.</param>
internal readonly record struct ClickTarget(Rect Area, TargetKind Kind, int Value);

/// <summary>
/// Where screens draw: cells, the theme, and as a by-product the places that can be clicked and how many rows a page has.
/// </summary>
internal sealed class Canvas
{
    public Canvas(int width, int height, Theme theme, Glyphs glyphs)
    {
        Cells = new CellBuffer(width, height);
        Theme = theme;
        Glyphs = glyphs;
    }

    public CellBuffer Cells { get; }
    public Theme Theme { get; set; }
    public Glyphs Glyphs { get; set; }
    public TextBuffer Scratch { get; } = new();
    public List<ClickTarget> Targets { get; } = [];

    /// <summary>Rows that the list or text on the screen shows at once.</summary>
    public int PageRows { get; set; }

    /// <summary>First line shown of a text that can be longer than its area.</summary>
    public int Scrolled { get; private set; }

    /// <summary>How many lines of it can be scrolled away.</summary>
    public int MostScroll { get; private set; }

    /// <summary>Begins a text of <paramref name="lines"/> lines that keys scroll, from line <paramref name="wanted"/> on if there are so many.</summary>
    /// <returns>The first line to show.</returns>
    public int Scroll(Rect area, int lines, int wanted)
    {
        MostScroll = Math.Max(0, lines - area.Height);
        Scrolled = Math.Clamp(wanted, 0, MostScroll);
        PageRows = Math.Max(1, area.Height);
        return Scrolled;
    }

    public int Width => Cells.Width;
    public int Height => Cells.Height;

    public void Begin(int width, int height)
    {
        if (width == Width && height == Height) Cells.Clear();
        else Cells.Resize(width, height);
        Targets.Clear();
        PageRows = 1;
        (Scrolled, MostScroll) = (0, 0);
    }

    /// <summary>Writes text; what does not fit ends in an ellipsis.</summary>
    /// <returns>Columns used.</returns>
    public int Text(int x, int y, int width, Style style, ReadOnlySpan<char> text)
    {
        width = Math.Min(width, Width - x);
        if (width <= 0) return 0;
        if (text.Length * 2 <= width || CharacterSafety.Width(text) <= width) return Cells.Write(x, y, width, text, style);
        var ellipsis = Glyphs.Ellipsis;
        var used = Cells.Write(x, y, width - ellipsis.Length, text, style);
        return used + Cells.Write(x + used, y, width - used, ellipsis, style);
    }

    public int Text(int x, int y, int width, Style style, [InterpolatedStringHandlerArgument("")] TextHandler text)
    {
        _ = text;
        return Text(x, y, width, style, Scratch.Text);
    }

    /// <summary>Writes text that keeps its end: paths, whose last segments tell most.</summary>
    public int TextTail(int x, int y, int width, Style style, ReadOnlySpan<char> text)
    {
        width = Math.Min(width, Width - x);
        if (width <= 0) return 0;
        if (CharacterSafety.Width(text) <= width) return Cells.Write(x, y, width, text, style);
        var ellipsis = Glyphs.Ellipsis;
        var start = 0;
        while (start < text.Length && CharacterSafety.Width(text[start..]) > width - ellipsis.Length)
            start += char.IsSurrogatePair(text[start], start + 1 < text.Length ? text[start + 1] : ' ') ? 2 : 1;
        var used = Cells.Write(x, y, width, ellipsis, style);
        return used + Cells.Write(x + used, y, width - used, text[start..], style);
    }

    /// <summary>Writes text that ends at the right edge of its field.</summary>
    public void TextRight(int x, int y, int width, Style style, [InterpolatedStringHandlerArgument("")] TextHandler text)
    {
        _ = text;
        TextRight(x, y, width, style, Scratch.Text);
    }

    public void TextRight(int x, int y, int width, Style style, ReadOnlySpan<char> text)
    {
        var used = Math.Min(width, CharacterSafety.Width(text));
        Text(x + width - used, y, used, style, text);
    }

    /// <summary>Writes text over several lines, broken at spaces.</summary>
    /// <returns>Lines used.</returns>
    public int Wrap(int x, int y, int width, int lines, Style style, ReadOnlySpan<char> text)
    {
        for (var line = 0; ; line++)
        {
            if (line == lines || width <= 0) return line;
            if (line == lines - 1 || CharacterSafety.Width(text) <= width)
            {
                Text(x, y + line, width, style, text);
                return line + 1;
            }
            var cut = BreakAt(text, width);
            Text(x, y + line, width, style, text[..cut].TrimEnd());
            text = text[cut..].TrimStart();
        }
    }

    /// <summary>How many lines <see cref="Wrap"/> needs.</summary>
    public static int WrappedLines(ReadOnlySpan<char> text, int width)
    {
        var lines = 1;
        while (width > 0 && CharacterSafety.Width(text) > width)
        {
            text = text[BreakAt(text, width)..].TrimStart();
            lines++;
        }
        return lines;
    }

    private static int BreakAt(ReadOnlySpan<char> text, int width)
    {
        int columns = 0, index = 0, space = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += CharacterSafety.Width(CharacterSafety.Neutralize(rune.Value));
            if (columns > width) break;
            index += rune.Utf16SequenceLength;
            if (rune.Value == ' ') space = index;
        }
        return index < text.Length && text[index] == ' ' ? index : space > width / 3 ? space : Math.Max(index, 1);
    }

    public void HorizontalLine(int x, int y, int width, Style style)
    {
        for (var i = 0; i < width; i++) Cells.Write(x + i, y, 1, Glyphs.Horizontal, style);
    }

    /// <summary>A bar of <paramref name="share"/> (0–1) of the width; any share above nothing shows.</summary>
    public void Bar(int x, int y, int width, double share, Style style)
    {
        var steps = Glyphs.Bar.Length - 1;
        var filled = (int)Math.Round(Math.Clamp(share, 0, 1) * width * steps);
        if (share > 0) filled = Math.Max(1, filled);
        for (var i = 0; i < width && filled > 0; i++, filled -= steps)
            Cells.Write(x + i, y, 1, Glyphs.Bar[Math.Min(steps, filled)], style);
    }
}
