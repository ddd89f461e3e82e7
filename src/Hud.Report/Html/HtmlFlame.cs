using System.Globalization;
using Hud.Reporting.Formats;

namespace Hud.Reporting.Html;

internal static class HtmlFlame
{
    private const int MaxFrames = 2_500;

    public static void Write(HtmlWriter html, HtmlPage page)
    {
        if (!page.HasFindings || page.Totals.OwnNs == 0)
            return;
        var flame = FlameSvg.Of(FlameTree.Of(page.Report, page.Options), MaxFrames);
        html.Write($"<section id=\"flame\"><h2>Flame graph</h2><p>Width is own time, colour the cause, full colour your code. Click or press Enter to zoom, arrow keys to walk, Esc to go back.</p>");
        html.Write($"<div class=\"tools\"><label>Search <input id=\"hud-search\" type=\"search\" placeholder=\"name in a frame ( / )\" autocomplete=\"off\"></label><button id=\"hud-reset\" type=\"button\">Reset zoom</button><span id=\"hud-matched\" role=\"status\"></span></div>");
        html.Write($"<div class=\"flamebox\"><svg class=\"hud-flame\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{FlameSvg.Width}\" height=\"{flame.Height}\" viewBox=\"0 0 {FlameSvg.Width} {flame.Height}\" role=\"group\" aria-label=\"Flame graph of blocked time; the table of blockers says the same in text\">");
        flame.Write(html.Inner, 0);
        html.Write($"</svg></div><p id=\"hud-details\" class=\"details\"> </p>");
        if (flame.LeftOut > 0)
            html.Write($"<p class=\"cap\">{Units.Count(flame.LeftOut, "frame")} under {(100.0 / flame.Smallest).ToString("0.##", CultureInfo.InvariantCulture)} % of the time are not drawn.</p>");
        html.Write($"</section>");
    }
}
