using System.Globalization;
using System.Runtime.CompilerServices;
using Hud.Reporting.Formats;

namespace Hud.Reporting.Html;

/// <summary>Text that is markup already.</summary>
internal readonly record struct Markup(string Text)
{
    public static Markup None { get; } = new("");
}

/// <summary>
/// Writes HTML from interpolated strings: literals are markup, holes are data and get escaped. Forgetting to escape is
/// thus not possible; <see cref="Markup"/> is the way around, and shows.
/// </summary>
internal sealed class HtmlWriter(TextWriter writer)
{
    public TextWriter Inner => writer;

    public void Write([InterpolatedStringHandlerArgument("")] ref Handler markup)
    {
        _ = markup;
        writer.Write('\n');
    }

    [InterpolatedStringHandler]
    public readonly ref struct Handler(int literalLength, int formattedCount, HtmlWriter html)
    {
        private readonly int _unused = literalLength + formattedCount;

        public void AppendLiteral(string markup) => html.Inner.Write(markup);

        public void AppendFormatted(string? text)
        {
            if (text is not null)
                html.Inner.Write(XmlText.Escape(text));
        }

        public void AppendFormatted(Markup markup) => html.Inner.Write(markup.Text);

        public void AppendFormatted(long number) => html.Inner.Write(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number) => html.Inner.Write(number.ToString("0.##", CultureInfo.InvariantCulture));

        public override string ToString() => _unused.ToString(CultureInfo.InvariantCulture);
    }
}
