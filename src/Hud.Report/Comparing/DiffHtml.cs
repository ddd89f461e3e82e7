using Hud.Reporting.Html;

namespace Hud.Reporting;

/// <summary>A comparison as one self-contained page, in the clothes of the HTML report.</summary>
internal static class DiffHtml
{
    private const int MaxRows = 500;

    public static void Write(ReportDiff diff, TextWriter writer, ExportOptions options)
    {
        var html = new HtmlWriter(writer);
        var paths = new SourcePaths(diff.After, options.SourceRoot);
        HtmlExporter.Head(html, $"{NameText.Clean(diff.After.Target.Name, 60)}: before and after");
        html.Write($"<a class=\"skip\" href=\"#main\">Skip to the comparison</a><header><div class=\"bar\"><span class=\"mark\">hud</span><span class=\"who\">{NameText.Clean(diff.After.Target.Name, 100)}: before and after</span><nav></nav><button id=\"theme\" type=\"button\" hidden>Theme</button></div></header><main id=\"main\">");
        var (level, word) = diff.HasRegression ? ("bad", "Worse") : diff.Places.Any(p => p.Significant) ? ("good", "Better") : ("", "Unchanged");
        html.Write($"<section class=\"verdict {level}\" aria-label=\"Verdict\"><p class=\"word\">{word}</p><h1>{diff.Verdict}</h1><p>Before: {DiffText.Describe(diff.Before)}.<br>After: {DiffText.Describe(diff.After)}.</p>");
        foreach (var note in diff.Notes)
            html.Write($"<p class=\"note\">{note}</p>");
        html.Write($"</section><section><h2>Places</h2>");
        if (diff.Places.Count == 0)
            html.Write($"<p>Nothing blocked in either session.</p>");
        else
            Table(html, diff, paths);
        html.Write($"<p class=\"cap\">Places are matched by culprit and cause, not by line; times are own time per minute of session. A change counts when it is a tenth or more and beyond three standard deviations of what the counts make expect.</p></section></main>");
        html.Write($"<script>\n{new Markup(EmbeddedText.Read("report.js"))}</script></body></html>");
    }

    private static void Table(HtmlWriter html, ReportDiff diff, SourcePaths paths)
    {
        html.Write($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Places\"><table class=\"places\"><thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Culprit</th><th scope=\"col\">Cause</th><th scope=\"col\" class=\"n\">Before, a minute</th><th scope=\"col\" class=\"n\">After, a minute</th><th scope=\"col\" class=\"n\">Polls</th><th scope=\"col\" class=\"n\">Max</th></tr></thead><tbody>");
        foreach (var p in diff.Places.Take(MaxRows))
        {
            var style = !p.Significant ? "" : p.Kind is ChangeKind.Worse or ChangeKind.New ? "worse" : "better";
            html.Write($"<tr><td class=\"{style}\">{DiffText.Word(p)}</td><th scope=\"row\"><code>{NameText.Clean(p.Culprit.Function, 400)}</code><br><span class=\"at\">{paths.Location(p.Culprit)}</span><br><span class=\"at\">{p.Explanation}</span></th><td>{HtmlBlockers.Chip(p.Cause)}</td><td class=\"n\">{DiffWriter.Amount(p.Before)}</td><td class=\"n\">{DiffWriter.Amount(p.After)}</td><td class=\"n\">{Units.Count(p.Before.Count)} → {Units.Count(p.After.Count)}</td><td class=\"n\">{Units.Duration(p.Before.MaxNs)} → {Units.Duration(p.After.MaxNs)}</td></tr>");
        }

        html.Write($"</tbody></table></div>");
        if (diff.Places.Count > MaxRows)
            html.Write($"<p class=\"cap\">{Units.Count(diff.Places.Count - MaxRows)} more places are not listed.</p>");
    }
}
