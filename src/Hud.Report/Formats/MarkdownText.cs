using System.Text;

namespace Hud.Reporting.Formats;

internal static class MarkdownText
{
    /// <summary>A code span that nothing in the text can end, fit for a table cell.</summary>
    public static string Code(string text, int max = 160)
    {
        var clean = NameText.Clean(text, max);
        int longest = 0, run = 0;
        foreach (var c in clean)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        var fence = new string('`', longest + 1);
        var pad = longest > 0 || clean.Length == 0 ? " " : "";
        return $"{fence}{pad}{clean.Replace("|", "\\|", StringComparison.Ordinal)}{pad}{fence}";
    }

    /// <summary>Plain text: nothing in it is markup or HTML.</summary>
    public static string Plain(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in NameText.Clean(text, 600))
        {
            if (c is '<')
                escaped.Append("&lt;");
            else if (c is '&')
                escaped.Append("&amp;");
            else if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '!' or '~' or '>' or '@')
                escaped.Append('\\').Append(c);
            else
                escaped.Append(c);
        }

        return escaped.ToString();
    }
}
