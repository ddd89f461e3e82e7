using Hud.Analysis;
using Hud.Analysis.Model;

namespace Hud.Reporting.Html;

/// <summary>The blockers as a table, then each with its stacks.</summary>
internal static class HtmlBlockers
{
    public static void Write(HtmlWriter html, HtmlPage page)
    {
        if (page.Report.Blockers.Count > 0)
        {
            html.Write($"<section id=\"blockers\"><h2>Blockers</h2>");
            Table(html, page, page.Report.Blockers, linked: true);
            foreach (var (blocker, i) in page.Report.Blockers.Take(HtmlPage.MaxCards).Select((b, i) => (b, i)))
                Card(html, page, blocker, i);
            if (page.Report.Blockers.Count > HtmlPage.MaxCards)
                html.Write($"<p class=\"cap\">Stacks are shown for the {HtmlPage.MaxCards} worst places; the report file (.hud.json) has all.</p>");
            html.Write($"</section>");
        }

        if (page.Report.Starved.Count > 0)
        {
            html.Write($"<section id=\"starved\"><h2>Starved</h2><p>{StarvedText(page.Report.Starved)}</p>");
            Table(html, page, page.Report.Starved, linked: false);
            html.Write($"</section>");
        }
    }

    private static string StarvedText(IReadOnlyList<Blocker> starved) => Starvation.IsMostly(starved)
        ? $"These polls were runnable, but no CPU was free. {Causes.Of(Causes.CpuStarved).Advice}"
        : "These polls reached the threshold only together with the time that they waited for a CPU. Most of it is their own: with a lower threshold they are blockers.";

    private static void Table(HtmlWriter html, HtmlPage page, IReadOnlyList<Blocker> groups, bool linked)
    {
        html.Write($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{(linked ? "Blockers" : "Starved polls")}\"><table class=\"places\"><thead><tr><th scope=\"col\">Culprit</th><th scope=\"col\">Cause</th><th scope=\"col\" class=\"n\">Polls</th><th scope=\"col\" class=\"n\">Total</th><th scope=\"col\" class=\"n\">p50</th><th scope=\"col\" class=\"n\">p99</th><th scope=\"col\" class=\"n\">Max</th><th scope=\"col\">On CPU / asleep</th><th scope=\"col\" class=\"n\">Of worker time</th></tr></thead><tbody>");
        foreach (var (b, i) in groups.Take(HtmlPage.MaxRows).Select((b, i) => (b, i)))
        {
            var name = Breakable(HtmlPage.Name(b.Culprit.Function));
            var culprit = new Markup(linked && i < HtmlPage.MaxCards ? $"<a href=\"#p{i + 1}\"><code>{name}</code></a>" : $"<code>{name}</code>");
            html.Write($"<tr><th scope=\"row\">{culprit}<br>{page.Location(b.Culprit)}</th><td>{Chip(b.Cause)}{In(b)}</td><td class=\"n\">{Units.Count(b.Count)}</td><td class=\"n strong\">{Units.Duration(b.TotalNs)}</td><td class=\"n\">{Units.Duration(b.P50Ns)}</td><td class=\"n\">{Units.Duration(b.P99Ns)}</td><td class=\"n\">{Units.Duration(b.MaxNs)}</td><td>{Split(b)}</td><td class=\"n\">{Units.Percent(b.TotalNs, page.Totals.WorkerNs)}</td></tr>");
        }

        html.Write($"</tbody></table></div>{new Markup(linked ? "<p class=\"legend\"><span class=\"cpu\"></span> on CPU <span class=\"asleep\"></span> asleep in the kernel</p>" : "")}");
        if (groups.Count > HtmlPage.MaxRows)
            html.Write($"<p class=\"cap\">{Units.Count(groups.Count - HtmlPage.MaxRows)} more places are not listed here; the report file (.hud.json) has all.</p>");
    }

    private static void Card(HtmlWriter html, HtmlPage page, Blocker b, int i)
    {
        html.Write($"<details class=\"card\" id=\"p{i + 1}\"{new Markup(i == 0 ? " open" : "")}><summary><span class=\"rank\">{i + 1}</span><code>{HtmlPage.Name(b.Culprit.Function)}</code>{Chip(b.Cause)}<span class=\"sum\">{Units.Duration(b.TotalNs)}</span></summary><div class=\"inner\"><p class=\"advice\"><strong>What to do:</strong> {NameText.Clean(b.Advice, 1000)}</p><dl class=\"facts\">");
        Fact(html, "Where", page.Location(b.Culprit) is { Text.Length: > 0 } at ? at : new Markup(Formats.XmlText.Escape(NameText.Clean(b.Culprit.Module ?? b.Culprit.Address, 200))));
        if (b.Call is { } call)
            Fact(html, "Call", new Markup($"<code>{Formats.XmlText.Escape(HtmlPage.Name(call.Function))}</code>"));
        if (b.Detail is { } detail)
            Fact(html, "Detail", new Markup($"<code>{Formats.XmlText.Escape(NameText.Clean(detail, 600))}</code>"));
        Fact(html, "Time", new Markup(Formats.XmlText.Escape($"{Units.Duration(b.OnCpuNs)} on CPU, {Units.Duration(b.BlockedNs)} asleep; besides {Units.Duration(b.RunQueueNs)} in the run queue")));
        if (b.CauseShares.Count > 1)
            Fact(html, "Causes", new Markup(Formats.XmlText.Escape(string.Join(", ", b.CauseShares.Select(c => $"{c.Cause} {Units.Percent(c.Ns, b.TotalNs)}")))));
        if (b.WaitingTasks is > 0 and var waiting)
            Fact(html, "Held up", new Markup(Formats.XmlText.Escape(BlockerText.HeldUp(waiting))));
        if (BlockerText.TaskText(b.Task, page.Paths) is { } task)
            Fact(html, "Task", new Markup(Formats.XmlText.Escape(task)));
        if (b.HeldBy is { Count: > 0 } holders)
            Fact(html, "Held by", new Markup(string.Join("<br>", holders.Take(8).Select(h => $"<code>{Formats.XmlText.Escape(HtmlPage.Name(h.Culprit.Function))}</code> {page.Location(h.Culprit).Text} {h.Count}×"))));
        html.Write($"</dl>");
        foreach (var stack in b.Stacks.Take(HtmlPage.MaxStacks))
            Stack(html, page, b, stack);
        if (b.Stacks.Count > HtmlPage.MaxStacks)
            html.Write($"<p class=\"cap\">{Units.Count(b.Stacks.Count - HtmlPage.MaxStacks, "further stack")} in the report file (.hud.json).</p>");
        html.Write($"</div></details>");
    }

    private static void Stack(HtmlWriter html, HtmlPage page, Blocker b, WeightedStack stack)
    {
        html.Write($"<h3>Stack: {Units.Percent(stack.Ns, b.TotalNs)} of the time, innermost frame first</h3><ol class=\"stack\">");
        foreach (var f in stack.Frames.Take(HtmlPage.MaxFrames))
        {
            var kind = f.Kind.ToString().ToLowerInvariant();
            html.Write($"<li class=\"{kind}\"><code>{HtmlPage.Name(f.Function)}</code> <span class=\"kind\">{kind}{(f.Inlined ? ", inlined" : "")}</span> {page.Location(f)}</li>");
            var lines = f.Kind == FrameKind.User ? page.Excerpt(f, 2).ToArray() : [];
            if (lines.Length == 0)
                continue;
            html.Write($"<li class=\"source\"><pre>");
            foreach (var (number, text) in lines)
                html.Write($"<span class=\"line{(number == f.Line ? " hit" : "")}\"><span class=\"no\">{number}</span>{NameText.Clean(text, 300)}</span>");
            html.Write($"</pre></li>");
        }

        if (stack.Frames.Count > HtmlPage.MaxFrames)
            html.Write($"<li class=\"cap\">{Units.Count(stack.Frames.Count - HtmlPage.MaxFrames)} more frames</li>");
        html.Write($"</ol>");
    }

    private static void Fact(HtmlWriter html, string label, Markup value) => html.Write($"<div><dt>{label}</dt><dd>{value}</dd></div>");

    internal static Markup Chip(string cause) =>
        new($"<span class=\"chip\" style=\"background:{CauseColors.Hex(cause)}\">{Formats.XmlText.Escape(NameText.Clean(cause, 40))}</span>");

    private static Markup In(Blocker b) => b.Call is { } call ? new Markup($"<br><span class=\"at\">{Breakable(NameText.Clean(call.Function, 120))}</span>") : Markup.None;

    // Paths break after "::" first, and anywhere only where a segment is too long.
    private static string Breakable(string name) => Formats.XmlText.Escape(name).Replace("::", "::<wbr>", StringComparison.Ordinal);

    private static Markup Split(Blocker b)
    {
        var own = b.OnCpuNs + b.BlockedNs;
        if (own <= 0)
            return new Markup("<span class=\"at\">run queue only</span>");
        var cpu = Math.Clamp(100.0 * b.OnCpuNs / own, 0, 100).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
        return new Markup($"<span class=\"split\" role=\"img\" aria-label=\"{cpu} % on CPU\" title=\"{Units.Duration(b.OnCpuNs)} on CPU, {Units.Duration(b.BlockedNs)} asleep\"><span style=\"width:{cpu}%\"></span></span>");
    }
}
