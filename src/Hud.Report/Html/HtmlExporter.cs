using System.Text;
using System.Text.Json;
using Hud.Analysis.Model;
using Hud.Reporting.Formats;

namespace Hud.Reporting.Html;

/// <summary>
/// The report as one page that asks nobody for anything: inline style and script, a policy that forbids every request.
/// Complete without script; aggregated, so that its size does not grow with the session.
/// </summary>
internal sealed class HtmlExporter : IExporter
{
    public string Name => "html";
    public IReadOnlyList<string> Extensions => [".html", ".htm"];
    public string Description => "self-contained report: any browser, no network";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        var html = new HtmlWriter(writer);
        var page = new HtmlPage(report, options);
        Head(html, $"{NameText.Clean(report.Target.Name, 60)}: what blocks Tokio");
        Banner(html, page);
        HtmlVerdict.Write(html, page);
        HtmlBlockers.Write(html, page);
        HtmlFlame.Write(html, page);
        HtmlTimeline.Write(html, page);
        HtmlSession.Write(html, page);
        HtmlGuide.Write(html, page);
        html.Write($"</main><script type=\"application/json\" id=\"hud-data\">{new Markup(Data(page))}</script>");
        html.Write($"<script>\n{new Markup(EmbeddedText.Read("flame.js"))}</script><script>\n{new Markup(EmbeddedText.Read("report.js"))}</script></body></html>");
    }

    internal static void Head(HtmlWriter html, string title)
    {
        html.Write($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">");
        html.Write($"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">");
        html.Write($"<link rel=\"icon\" href=\"data:,\"><title>{title}</title><style>\n{new Markup(EmbeddedText.Read("report.css"))}</style></head><body>");
    }

    private static void Banner(HtmlWriter html, HtmlPage page)
    {
        var (report, s) = (page.Report, page.Report.Session);
        html.Write($"<a class=\"skip\" href=\"#main\">Skip to the report</a><header><div class=\"bar\"><span class=\"mark\">hud</span><span class=\"who\">{report.Target.Name}</span>");
        html.Write($"<nav aria-label=\"Sections\">{new Markup(page.HasFindings ? "<a href=\"#blockers\">Blockers</a><a href=\"#flame\">Flame graph</a><a href=\"#timeline\">Timeline</a>" : "")}<a href=\"#session\">Coverage</a><a href=\"#guide\">How to read</a></nav><button id=\"theme\" type=\"button\" hidden>Theme</button></div>");
        html.Write($"<p class=\"meta\">pid {report.Target.Pid} · Tokio {report.Target.TokioVersion ?? "version unknown"} · {Units.Count(page.Totals.WorkerCount, "worker")} · {Units.Duration(s.DurationNs)} from {ExportFacts.Rfc3339(s.StartedAt)[..19].Replace('T', ' ')} UTC · threshold {Units.Duration(s.ThresholdNs)}{(s.WindowNs is { } w ? $" · last {Units.Duration(w)} only" : "")}</p></header><main id=\"main\">");
    }

    /// <summary>The numbers of the page for programs. The default encoder leaves no &lt; in it.</summary>
    private static string Data(HtmlPage page)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("totalNs", page.Totals.OwnNs);
            json.WriteNumber("polls", page.Totals.Polls);
            json.WriteStartObject("facts");
            foreach (var (name, value) in ExportFacts.Of(page.Report))
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteStartArray("blockers");
            foreach (var b in page.Report.Blockers.Take(HtmlPage.MaxRows))
            {
                json.WriteStartObject();
                json.WriteString("id", b.Id);
                json.WriteString("cause", b.Cause);
                json.WriteString("culprit", NameText.Clean(b.Culprit.Function, HtmlPage.MaxName));
                json.WriteNumber("count", b.Count);
                json.WriteNumber("totalNs", b.TotalNs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
