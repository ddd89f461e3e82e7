using System.Text;
using Wcwidth;

namespace Hud.Reporting;

internal enum Ink
{
    Plain,
    Bold,
    Dim,
    Bad,
    Warn,
    Good,
    User,
}

/// <summary>Lines of styled text on a page of fixed width. Knows cells, not meaning; every text it is given is cleaned.</summary>
internal sealed class TextCanvas(TextWriter writer, int width, bool color)
{
    private readonly StringBuilder _line = new();
    private int _column;

    public int Width { get; } = Math.Clamp(width, 60, 240);

    public TextCanvas Add(string text, Ink ink = Ink.Plain)
    {
        var clean = NameText.Clean(text);
        _column += Cells(clean);
        if (!color || ink == Ink.Plain)
            _line.Append(clean);
        else
            _line.Append(Code(ink)).Append(clean).Append("\e[0m");
        return this;
    }

    /// <summary>Left-aligned in a column of <paramref name="cells"/>, shortened from the left when too long.</summary>
    public TextCanvas Left(string text, int cells, Ink ink = Ink.Plain)
    {
        var fitted = Fit(NameText.Clean(text), cells);
        return Add(fitted, ink).Space(cells - Cells(fitted));
    }

    public TextCanvas Right(string text, int cells, Ink ink = Ink.Plain)
    {
        var clean = NameText.Clean(text);
        return Space(cells - Cells(clean)).Add(clean, ink);
    }

    public TextCanvas Space(int cells)
    {
        if (cells > 0)
        {
            _line.Append(' ', cells);
            _column += cells;
        }

        return this;
    }

    public int Remaining => Math.Max(0, Width - _column);

    public void End()
    {
        var end = _line.Length;
        while (end > 0 && _line[end - 1] == ' ')
            end--;
        _line.Length = end;
        writer.WriteLine(_line.ToString());
        _line.Clear();
        _column = 0;
    }

    public void Heading(string text)
    {
        End();
        Add(text, Ink.Bold).End();
    }

    /// <summary>Wrapped at spaces, continuation lines indented.</summary>
    public void Paragraph(string text, int indent = 0, Ink ink = Ink.Plain, string first = "", Ink firstInk = Ink.Plain)
    {
        var available = Math.Max(20, Width - indent);
        var pending = new StringBuilder();
        var lead = true;
        void Flush()
        {
            if (lead)
                Left(first, indent, firstInk);
            else
                Space(indent);
            lead = false;
            Add(pending.ToString(), ink).End();
            pending.Clear();
        }

        foreach (var word in Words(NameText.Clean(text)))
        {
            if (pending.Length > 0 && Cells(pending.ToString()) + 1 + Cells(word) > available)
                Flush();
            if (pending.Length > 0)
                pending.Append(' ');
            pending.Append(Fit(word, available));
        }

        if (pending.Length > 0 || lead)
            Flush();
    }

    /// <summary>Split at spaces, a number and its unit kept together.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (words.Count > 0 && char.IsAsciiDigit(words[^1][^1]) && Units.IsUnit(word))
                words[^1] += " " + word;
            else
                words.Add(word);
        }

        return words;
    }

    public static int Cells(string text)
    {
        var cells = 0;
        foreach (var rune in text.EnumerateRunes())
            cells += Math.Max(0, rune.Value < 127 ? 1 : UnicodeCalculator.GetWidth(rune));
        return cells;
    }

    public static string Fit(string text, int cells)
    {
        if (text.Length <= cells && Cells(text) <= cells)
            return text;
        for (var max = Math.Min(text.Length, cells); max > 0; max--)
        {
            var cut = NameText.KeepEnd(text, max);
            if (Cells(cut) <= cells)
                return cut;
        }

        return "";
    }

    private static string Code(Ink ink) => ink switch
    {
        Ink.Bold => "\e[1m",
        Ink.Dim => "\e[2m",
        Ink.Bad => "\e[1;31m",
        Ink.Warn => "\e[33m",
        Ink.Good => "\e[32m",
        _ => "\e[1;36m",
    };
}
