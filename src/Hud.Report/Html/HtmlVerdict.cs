namespace Hud.Reporting.Html;

internal static class HtmlVerdict
{
    public static void Write(HtmlWriter html, HtmlPage page)
    {
        var verdict = Verdict.Of(page.Report);
        var (level, word) = verdict.Level switch
        {
            VerdictLevel.Blocked => ("bad", "Blocked"),
            VerdictLevel.Starved => ("warn", "Starved"),
            VerdictLevel.Clean => ("good", "Clean"),
            _ => ("warn", "Unknown"),
        };
        html.Write($"<section class=\"verdict {level}\" aria-label=\"Verdict\"><p class=\"word\">{word}</p><h1>{verdict.Headline}</h1>");
        if (verdict.Detail is not null)
            html.Write($"<p>{verdict.Detail}</p>");
        foreach (var note in page.Report.Notes.Take(20))
            html.Write($"<p class=\"note\">{NameText.Clean(note, 1000)}</p>");
        html.Write($"</section><dl class=\"tiles\">");
        var t = page.Totals;
        Tile(html, "Blocking polls", Units.Count(t.Polls));
        Tile(html, "Blocked time", Units.Duration(t.OwnNs));
        Tile(html, "Of worker time", Units.Percent(t.OwnNs, t.WorkerNs));
        Tile(html, "Longest poll", Units.Duration(t.LongestNs));
        Tile(html, "Starved polls", Units.Count(t.StarvedPolls));
        html.Write($"</dl>");
    }

    private static void Tile(HtmlWriter html, string label, string value) => html.Write($"<div><dt>{label}</dt><dd>{value}</dd></div>");
}
