using System.Globalization;
using System.Text;

namespace Hud.Reporting;

/// <summary>Names come from foreign binaries and are data: nothing in them may steer a terminal, a viewer or a line format.</summary>
public static class NameText
{
    /// <summary>
    /// Control characters, line and paragraph separators, bidirectional overrides and lone surrogates written out as
    /// <c>\u{1b}</c>; everything else unchanged.
    /// </summary>
    public static string Clean(string text)
    {
        var first = 0;
        while (first < text.Length && IsPlain(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var clean = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                clean.Append(c).Append(text[++i]);
            else if (IsPlain(c))
                clean.Append(c);
            else
                clean.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => string.Create(CultureInfo.InvariantCulture, $"\\u{{{(int)c:x}}}") });
        }

        return clean.ToString();
    }

    /// <summary>As <see cref="Clean(string)"/>, at most <paramref name="max"/> UTF-16 units, the end kept: the last path segments tell most.</summary>
    public static string Clean(string text, int max) => KeepEnd(Clean(text), max);

    /// <summary>Shortens from the left, at a path separator where one is near.</summary>
    public static string KeepEnd(string text, int max)
    {
        if (text.Length <= max)
            return text;
        if (max <= 1)
            return max == 1 ? "…" : "";
        var start = text.Length - (max - 1);
        if (char.IsLowSurrogate(text[start]))
            start++;
        var separator = text.IndexOf("::", start, StringComparison.Ordinal);
        if (separator >= 0 && separator - start < max / 3)
            start = separator;
        return string.Concat("…", text.AsSpan(start));
    }

    private static bool IsPlain(char c) =>
        c is >= ' ' and < '\u007f' || (c >= '\u00a0' && !char.IsSurrogate(c)
            && c is not ('\u2028' or '\u2029' or '\u200e' or '\u200f' or '\u061c' or '\ufeff' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')));
}
