using Hud.Analysis.Model;

namespace Hud.Reporting.Html;

/// <summary>How to read the page, for someone who was sent it.</summary>
internal static class HtmlGuide
{
    public static void Write(HtmlWriter html, HtmlPage page)
    {
        var threshold = Units.Duration(page.Report.Session.ThresholdNs);
        html.Write($"<section id=\"guide\"><h2>How to read this</h2><dl class=\"facts wide\">");
        html.Write($"<div><dt>poll</dt><dd>one call of a task's future by a worker. While it runs, the worker serves no other task.</dd></div>");
        html.Write($"<div><dt>own time</dt><dd>what the poll itself took: on the CPU plus asleep in the kernel. Time that it was runnable without a CPU is not counted.</dd></div>");
        html.Write($"<div><dt>blocker</dt><dd>polls with {threshold} or more of own time, grouped by culprit, call and cause.</dd></div>");
        html.Write($"<div><dt>culprit</dt><dd>the innermost frame of your own code on the stack where the poll spent its time; the call is what it called into.</dd></div>");
        html.Write($"<div><dt>starved</dt><dd>a poll that reached the threshold only by waiting for a CPU.</dd></div></dl>");
        html.Write($"<h3>Causes</h3><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Causes\"><table><thead><tr><th scope=\"col\">Cause</th><th scope=\"col\">The worker was</th><th scope=\"col\">What helps</th></tr></thead><tbody>");
        foreach (var cause in Causes.All)
            html.Write($"<tr><th scope=\"row\">{HtmlBlockers.Chip(cause.Word)}</th><td>{cause.Meaning}</td><td>{cause.Advice}</td></tr>");
        html.Write($"</tbody></table></div></section><footer><p>Made by {page.Report.Tool.Name} {page.Report.Tool.Version}. This file is complete: it loads nothing and sends nothing.</p></footer>");
    }
}
