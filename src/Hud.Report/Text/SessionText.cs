using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>What surrounds the blockers: driver stalls, workers, and how far the report can be trusted.</summary>
internal static class SessionText
{
    private const int WorkerRows = 64;

    public static void DriverStalls(TextCanvas canvas, Report report)
    {
        if (report.DriverStalls.Count == 0)
            return;
        canvas.Heading("Driver stalls: sockets and timers of the whole runtime stood still");
        var groups = report.DriverStalls.GroupBy(s => s.Blocker)
            .Select(g => (Id: g.Key, Count: g.Count(), Total: g.Sum(s => s.DurationNs), Max: g.Max(s => s.DurationNs), Idle: g.Max(s => s.IdleWorkers)))
            .OrderByDescending(g => g.Total);
        foreach (var g in groups)
        {
            var culprit = report.Blockers.FirstOrDefault(b => b.Id == g.Id) is { } b ? NameText.Clean(b.Culprit.Function, 120) : "a poll without a stack";
            canvas.Paragraph(
                $"{Units.Count(g.Count)}×, {Units.Duration(g.Total)} in all, up to {Units.Duration(g.Max)}, while {culprit} held the worker that should have polled them; up to {Units.Count(g.Idle, "other worker")} idle", 4);
        }
    }

    public static void Workers(TextCanvas canvas, Report report)
    {
        if (report.Workers.Count == 0)
            return;
        canvas.Heading("Workers");
        const int amount = 11;
        var name = Math.Min(36, canvas.Width - amount * 5 - 14);
        canvas.Space(4).Left("thread", name, Ink.Dim).Right("tid", 9, Ink.Dim);
        foreach (var h in (ReadOnlySpan<string>)["on CPU", "asleep", "run queue", "parked", "blockers"])
            canvas.Right(h, amount, Ink.Dim);
        canvas.End();
        foreach (var w in report.Workers.Take(WorkerRows))
        {
            var whole = w.OnCpuNs + w.BlockedNs + w.RunQueueNs + w.IdleNs;
            canvas.Space(4).Left(w.Index is { } i ? $"{w.Name} [{i.ToString(CultureInfo.InvariantCulture)}]" : w.Name, name)
                .Right(w.Tid.ToString(CultureInfo.InvariantCulture), 9)
                .Right(Units.Percent(w.OnCpuNs, whole), amount)
                .Right(Units.Percent(w.BlockedNs, whole), amount, w.BlockedNs > whole / 10 ? Ink.Warn : Ink.Plain)
                .Right(Units.Percent(w.RunQueueNs, whole), amount, w.RunQueueNs > whole / 10 ? Ink.Warn : Ink.Plain)
                .Right(Units.Percent(w.IdleNs, whole), amount)
                .Right(Units.Count(w.Blockers), amount, w.Blockers > 0 ? Ink.Bad : Ink.Plain).End();
        }

        if (report.Workers.Count > WorkerRows)
            canvas.Space(4).Add($"… and {Units.Count(report.Workers.Count - WorkerRows)} more workers", Ink.Dim).End();
    }

    public static void Session(TextCanvas canvas, Report report)
    {
        canvas.Heading("About this report");
        foreach (var (label, text, warn) in SessionFacts.Of(report))
            canvas.Paragraph(text, 15, warn ? Ink.Warn : Ink.Plain, "    " + label, Ink.Dim);
    }
}
