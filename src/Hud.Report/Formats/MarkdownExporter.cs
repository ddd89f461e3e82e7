using System.Globalization;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>A summary for pull requests, tickets and <c>$GITHUB_STEP_SUMMARY</c>.</summary>
internal sealed class MarkdownExporter : IExporter
{
    private const int MaxRows = 25;
    private const int MaxFrames = 30;
    private const int MaxDetails = 5;

    public string Name => "markdown";
    public IReadOnlyList<string> Extensions => [".md"];
    public string Description => "Markdown summary: pull requests, tickets, job summaries";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var verdict = Verdict.Of(report);
        var totals = ReportTotals.Of(report);
        var paths = new SourcePaths(report, options.SourceRoot);
        using var text = new StreamWriter(stream, new UTF8Encoding(false), 16 * 1024, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine($"### What blocks {MarkdownText.Code(report.Target.Name, 60)}");
        text.WriteLine();
        text.WriteLine($"**{MarkdownText.Plain(verdict.Headline)}**{(verdict.Detail is null ? "" : " " + MarkdownText.Plain(verdict.Detail))}");
        foreach (var note in report.Notes)
            text.WriteLine($"\n> {MarkdownText.Plain(note)}");
        if (report.Blockers.Count > 0)
            WriteTable(text, report, totals, paths, options);
        if (report.Starved.Count > 0)
            text.WriteLine($"\nStarved of CPU, not blocking: {Units.Count(totals.StarvedPolls, "poll")}, {Units.Duration(totals.StarvedNs)}.");
        foreach (var blocker in report.Blockers.Take(MaxDetails))
            WriteDetails(text, blocker, paths);
        text.WriteLine();
        text.WriteLine($"<sub>{MarkdownText.Plain(Footer(report))}</sub>");
        text.WriteLine($"<!-- totalNs={totals.OwnNs.ToString(CultureInfo.InvariantCulture)} polls={totals.Polls.ToString(CultureInfo.InvariantCulture)} -->");
    }

    private static void WriteTable(StreamWriter text, Report report, ReportTotals totals, SourcePaths paths, ExportOptions options)
    {
        text.WriteLine();
        text.WriteLine("| | culprit | cause | polls | total | p50 | p99 | max | of worker time |");
        text.WriteLine("|---|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (var finding in CiFinding.Of(report, options).Take(MaxRows))
        {
            var b = finding.Blocker;
            var mark = finding.Reason is null ? "" : finding.Fails ? "✗" : "✓";
            var where = paths.Location(b.Culprit) is { } at ? $"<br>{MarkdownText.Code(at, 120)}" : "";
            var call = b.Call is { } c ? $" in {MarkdownText.Code(c.Function, 80)}" : "";
            text.WriteLine($"| {mark} | {MarkdownText.Code(b.Culprit.Function)}{where} | {MarkdownText.Plain(b.Cause)}{call} | {Units.Count(b.Count)} | {Units.Duration(b.TotalNs)} | {Units.Duration(b.P50Ns)} | {Units.Duration(b.P99Ns)} | {Units.Duration(b.MaxNs)} | {MarkdownText.Plain(Units.Percent(b.TotalNs, totals.WorkerNs))} |");
        }

        if (report.Blockers.Count > MaxRows)
            text.WriteLine($"\n… and {Units.Count(report.Blockers.Count - MaxRows)} more places.");
    }

    private static void WriteDetails(StreamWriter text, Blocker b, SourcePaths paths)
    {
        text.WriteLine();
        text.WriteLine($"<details><summary>{XmlText.Escape(NameText.Clean(b.Culprit.Function, 160))}: {XmlText.Escape(b.Cause)}</summary>");
        text.WriteLine();
        if (b.Detail is { } detail)
            text.WriteLine($"Detail: {MarkdownText.Code(detail, 300)}\n");
        text.WriteLine(MarkdownText.Plain(b.Advice));
        text.WriteLine();
        var lines = (b.Stacks.Count > 0 ? b.Stacks[0].Frames : WeightedStacks.Known(b)).Take(MaxFrames)
            .Select(f => $"{(f.Kind == FrameKind.User ? "> " : "  ")}{NameText.Clean(f.Function, 200)}{(paths.Location(f) is { } at ? "  " + at : "")}").ToArray();
        var longest = lines.SelectMany(l => l.Split(l.Where(c => c != '`').Distinct().ToArray())).Select(r => r.Length).DefaultIfEmpty(0).Max();
        var fence = new string('`', Math.Max(3, longest + 1));
        text.WriteLine(fence + "text");
        foreach (var line in lines)
            text.WriteLine(line);
        text.WriteLine(fence);
        text.WriteLine("</details>");
    }

    private static string Footer(Report report)
    {
        var s = report.Session;
        var lost = s.Lost is { Events: 0, Stacks: 0 } ? "nothing lost" : $"{Units.Count(s.Lost.Events, "event")} and {Units.Count(s.Lost.Stacks, "stack")} lost";
        return $"{report.Tool.Name} {report.Tool.Version} · pid {report.Target.Pid} · Tokio {report.Target.TokioVersion ?? "unknown"} · {Units.Duration(s.DurationNs)} from {ExportFacts.Rfc3339(s.StartedAt)} · threshold {Units.Duration(s.ThresholdNs)} · {s.Tracker} tracker · {lost}";
    }
}
