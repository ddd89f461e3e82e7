using System.Globalization;
using Hud.Analysis;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>The report as a person reads it in a terminal: what <c>--headless</c> prints.</summary>
public static class TextReport
{
    private const int TableRows = 40;

    /// <summary>Writes the whole report; names in it cannot steer the terminal.</summary>
    public static void Write(Report report, TextWriter writer, TextReportOptions options)
    {
        var canvas = new TextCanvas(writer, options.Width, options.Color);
        var totals = ReportTotals.Of(report);
        var paths = new SourcePaths(report, options.SourceRoot);
        Header(canvas, report, totals);
        WriteVerdict(canvas, report);
        foreach (var note in report.Notes)
            canvas.Paragraph(note, 2, Ink.Warn, "! ", Ink.Warn);
        if (report.Blockers.Count > 0)
        {
            canvas.Heading("Blockers");
            GroupTable(canvas, report.Blockers, totals, "share");
            foreach (var (blocker, i) in report.Blockers.Take(options.Details).Select((b, i) => (b, i)))
                BlockerText.Write(canvas, report, blocker, i + 1, totals, paths, options);
            LeftOut(canvas, report.Blockers.Count - options.Details, "without details here; --export NAME.hud.json keeps everything");
        }

        if (report.Starved.Count > 0)
        {
            canvas.Heading(Starvation.IsMostly(report.Starved) ? "Starved: runnable, but without a CPU; the code is not to blame" : "Starved: over the threshold only together with waits for a CPU");
            GroupTable(canvas, report.Starved, totals, "share");
        }

        SessionText.DriverStalls(canvas, report);
        FuturesText.Write(canvas, report);
        SessionText.Workers(canvas, report);
        SessionText.Session(canvas, report);
    }

    private static void Header(TextCanvas canvas, Report report, ReportTotals totals)
    {
        var target = report.Target;
        var parts = new List<string>
        {
            $"{NameText.Clean(target.Name, 60)} (pid {target.Pid.ToString(CultureInfo.InvariantCulture)})",
            target.TokioVersion is { } v ? $"Tokio {v}" : "Tokio version unknown",
            Units.Count(totals.WorkerCount, "worker"),
            $"{Units.Duration(report.Session.DurationNs)} from {report.Session.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC",
            $"threshold {Units.Duration(report.Session.ThresholdNs)}",
        };
        if (report.Session.WindowNs is { } window)
            parts.Add($"last {Units.Duration(window)} only");
        canvas.Paragraph(string.Join(" · ", parts), 0, Ink.Dim);
        canvas.End();
    }

    private static void WriteVerdict(TextCanvas canvas, Report report)
    {
        var verdict = Verdict.Of(report);
        var ink = verdict.Level switch { VerdictLevel.Blocked => Ink.Bad, VerdictLevel.Clean => Ink.Good, _ => Ink.Warn };
        canvas.Paragraph(verdict.Headline, 0, ink);
        if (verdict.Detail is not null)
            canvas.Paragraph(verdict.Detail);
    }

    private static void GroupTable(TextCanvas canvas, IReadOnlyList<Blocker> groups, ReportTotals totals, string share)
    {
        const int number = 4, amount = 9;
        var narrow = canvas.Width < 80;
        var name = canvas.Width - number - amount * (narrow ? 4 : 6) - 1;
        canvas.Right("#", number - 2, Ink.Dim).Space(2).Left("culprit", name, Ink.Dim).Right("count", amount, Ink.Dim).Right("total", amount, Ink.Dim);
        if (!narrow)
            canvas.Right("p50", amount, Ink.Dim).Right("p99", amount, Ink.Dim);
        canvas.Right("max", amount, Ink.Dim).Right(share, amount, Ink.Dim).End();
        foreach (var (g, i) in groups.Take(TableRows).Select((g, i) => (g, i)))
        {
            canvas.Right((i + 1).ToString(CultureInfo.InvariantCulture), number - 2, Ink.Dim).Space(2).Left(g.Culprit.Function, name, Ink.Bold)
                .Right(Units.Count(g.Count), amount).Right(Units.Duration(g.TotalNs), amount, Ink.Bold);
            if (!narrow)
                canvas.Right(Units.Duration(g.P50Ns), amount).Right(Units.Duration(g.P99Ns), amount);
            canvas.Right(Units.Duration(g.MaxNs), amount).Right(Units.Percent(g.TotalNs, totals.WorkerNs), amount).End();
            canvas.Space(number).Add(g.Cause, Ink.Warn);
            if (g.Call is { } call)
                canvas.Add(" in ", Ink.Dim).Add(TextCanvas.Fit(NameText.Clean(call.Function), Math.Max(12, canvas.Remaining - (g.Detail is null ? 0 : 24))));
            if (g.Detail is { } detail && canvas.Remaining > 12)
                canvas.Add(" · ", Ink.Dim).Add(TextCanvas.Fit(NameText.Clean(detail), canvas.Remaining), Ink.Dim);
            canvas.End();
        }

        LeftOut(canvas, groups.Count - TableRows, "not listed; --export NAME.hud.json keeps everything");
    }

    private static void LeftOut(TextCanvas canvas, int count, string what)
    {
        if (count > 0)
            canvas.Paragraph($"… and {Units.Count(count)} more {what}", 4, Ink.Dim);
    }
}
