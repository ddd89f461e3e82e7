using System.Text;

namespace Hud.Reporting.Formats;

internal static class XmlText
{
    /// <summary>Cleaned and escaped for element content and for attributes in double quotes, in XML and in HTML.</summary>
    public static string Escape(string text)
    {
        var clean = NameText.Clean(text);
        if (clean.AsSpan().IndexOfAny("<>&\"'") < 0 && !clean.AsSpan().ContainsAny('\ufffe', '\uffff'))
            return clean;
        var escaped = new StringBuilder(clean.Length + 16);
        foreach (var c in clean)
        {
            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                // Not characters of XML 1.0.
                '\ufffe' or '\uffff' => escaped.Append('\ufffd'),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
