using Hud.Analysis.Model;
using Hud.Reporting.Formats;

namespace Hud.Reporting.Html;

/// <summary>Driver stalls, futures, workers, and how far the report can be trusted.</summary>
internal static class HtmlSession
{
    private const int MaxWorkers = 256;

    public static void Write(HtmlWriter html, HtmlPage page)
    {
        Stalls(html, page.Report);
        Futures(html, page.Report);
        Workers(html, page.Report);
        html.Write($"<section id=\"session\"><h2>Coverage and losses</h2><dl class=\"facts wide\">");
        foreach (var (label, text, warn) in SessionFacts.Of(page.Report))
            html.Write($"<div{new Markup(warn ? " class=\"warn\"" : "")}><dt>{label}</dt><dd>{text}</dd></div>");
        html.Write($"</dl></section>");
    }

    private static void Stalls(HtmlWriter html, Report report)
    {
        if (report.DriverStalls.Count == 0)
            return;
        html.Write($"<section id=\"stalls\"><h2>Driver stalls</h2><p>For these times nobody polled the runtime's sockets and timers, because the worker that should was in a blocking poll. Every task that waited for I/O waited with it.</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Driver stalls\"><table><thead><tr><th scope=\"col\">Held by</th><th scope=\"col\" class=\"n\">Times</th><th scope=\"col\" class=\"n\">Total</th><th scope=\"col\" class=\"n\">Max</th><th scope=\"col\" class=\"n\">Idle workers, up to</th></tr></thead><tbody>");
        foreach (var g in report.DriverStalls.GroupBy(s => s.Blocker).OrderByDescending(g => g.Sum(s => s.DurationNs)).Take(HtmlPage.MaxRows))
        {
            var culprit = report.Blockers.FirstOrDefault(b => b.Id == g.Key) is { } b ? HtmlPage.Name(b.Culprit.Function) : "a poll without a stack";
            html.Write($"<tr><th scope=\"row\"><code>{culprit}</code></th><td class=\"n\">{Units.Count(g.Count())}</td><td class=\"n\">{Units.Duration(g.Sum(s => s.DurationNs))}</td><td class=\"n\">{Units.Duration(g.Max(s => s.DurationNs))}</td><td class=\"n\">{g.Max(s => s.IdleWorkers)}</td></tr>");
        }

        html.Write($"</tbody></table></div></section>");
    }

    private static void Futures(HtmlWriter html, Report report)
    {
        if (report.Futures.Count == 0)
            return;
        html.Write($"<section id=\"futures\"><h2>Futures</h2><p>Every poll was timed. {FutureNames.Footnote(report)}</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Futures\"><table><thead><tr><th scope=\"col\">Future</th><th scope=\"col\" class=\"n\">Polls</th><th scope=\"col\" class=\"n\">Mean</th><th scope=\"col\" class=\"n\">p99</th><th scope=\"col\" class=\"n\">Longest</th><th scope=\"col\" class=\"n\">Schedule delay, mean</th><th scope=\"col\" class=\"n\">p99</th><th scope=\"col\" class=\"n\">Longest</th></tr></thead><tbody>");
        foreach (var f in report.Futures.Take(HtmlPage.MaxRows))
        {
            var (polls, delay) = (f.PollTime, f.ScheduleDelay is { Count: > 0 } d ? d : null);
            html.Write($"<tr><th scope=\"row\"><code>{NameText.KeepEnd(FutureNames.Of(f), HtmlPage.MaxName)}</code></th><td class=\"n\">{Units.Count(polls.Count)}</td><td class=\"n\">{Units.Duration(polls.MeanNs())}</td><td class=\"n\">{Units.Duration(polls.P99Ns)}</td><td class=\"n\">{Units.Duration(polls.MaxNs)}</td><td class=\"n\">{(delay is null ? "–" : Units.Duration(delay.MeanNs()))}</td><td class=\"n\">{(delay is null ? "–" : Units.Duration(delay.P99Ns))}</td><td class=\"n\">{(delay is null ? "–" : Units.Duration(delay.MaxNs))}</td></tr>");
        }

        html.Write($"</tbody></table></div>");
        if (report.Futures.Count > HtmlPage.MaxRows)
            html.Write($"<p class=\"cap\">{Units.Count(report.Futures.Count - HtmlPage.MaxRows)} more futures are not listed.</p>");
        html.Write($"</section>");
    }

    private static void Workers(HtmlWriter html, Report report)
    {
        if (report.Workers.Count == 0)
            return;
        html.Write($"<section id=\"workers\"><h2>Workers</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Workers\"><table><thead><tr><th scope=\"col\">Thread</th><th scope=\"col\" class=\"n\">On CPU</th><th scope=\"col\" class=\"n\">Asleep in polls</th><th scope=\"col\" class=\"n\">Run queue</th><th scope=\"col\" class=\"n\">Parked</th><th scope=\"col\" class=\"n\">Blocking polls</th></tr></thead><tbody>");
        foreach (var w in report.Workers.Take(MaxWorkers))
        {
            var whole = w.OnCpuNs + w.BlockedNs + w.RunQueueNs + w.IdleNs;
            html.Write($"<tr><th scope=\"row\">{NameText.KeepEnd(ThreadLabels.Of(w), 80)}</th><td class=\"n\">{Units.Percent(w.OnCpuNs, whole)}</td><td class=\"n\">{Units.Percent(w.BlockedNs, whole)}</td><td class=\"n\">{Units.Percent(w.RunQueueNs, whole)}</td><td class=\"n\">{Units.Percent(w.IdleNs, whole)}</td><td class=\"n\">{Units.Count(w.Blockers)}</td></tr>");
        }

        html.Write($"</tbody></table></div>");
        if (report.Workers.Count > MaxWorkers)
            html.Write($"<p class=\"cap\">{Units.Count(report.Workers.Count - MaxWorkers)} more workers are not listed.</p>");
        html.Write($"</section>");
    }
}
