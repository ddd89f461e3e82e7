using Hud.Analysis.Model;

namespace Hud.Reporting;

public enum VerdictLevel
{
    Clean,
    Starved,
    Blocked,

    /// <summary>Nothing was found, but nothing could have been: no workers, or everything lost.</summary>
    Unknown,
}

/// <summary>The report in one or two sentences; the same words open every format made for people.</summary>
/// <param name="Headline">One sentence.</param>
/// <param name="Detail">The worst place, or why the headline may not be the whole truth; null when there is nothing to add.</param>
public sealed record Verdict(VerdictLevel Level, string Headline, string? Detail)
{
    public static Verdict Of(Report report)
    {
        var totals = ReportTotals.Of(report);
        var threshold = Units.Duration(report.Session.ThresholdNs);
        var duration = Units.Duration(report.Session.WindowNs is { } w ? Math.Min(w, report.Session.DurationNs) : report.Session.DurationNs);
        if (report.Blockers.Count > 0)
        {
            var worst = report.Blockers[0];
            var share = totals.WorkerNs > 0 ? $", {Units.Percent(totals.OwnNs, totals.WorkerNs)} of worker time" : "";
            return new Verdict(
                VerdictLevel.Blocked,
                $"{Units.Count(totals.Polls, "poll")} held a worker for {threshold} or longer, {Units.Duration(totals.OwnNs)} in all{share}.",
                $"Worst: {Place(worst)} ({worst.Cause}), {Units.Duration(worst.TotalNs)} in {Units.Count(worst.Count, "poll")}, up to {Units.Duration(worst.MaxNs)}.{StoodStill(report)}");
        }

        if (report.Session.NotReady is { } notReady)
            return new Verdict(VerdictLevel.Unknown, $"Polls could not be followed in {duration}, so nothing can be said about blocking.", NameText.Clean(notReady, 400));
        if (totals.WorkerCount == 0)
            return new Verdict(VerdictLevel.Unknown, $"No {(report.Session.Tracker == "exact" ? "task was polled" : "Tokio worker was seen")} in {duration}, so nothing can be said about blocking.", null);
        var lost = report.Session.Lost.Events > 0 ? $"{Units.Count(report.Session.Lost.Events, "event")} lost: a blocker may have been missed." : null;
        return report.Starved.Count > 0
            ? new Verdict(
                VerdictLevel.Starved,
                $"No code blocked a worker for {threshold} or longer in {duration}, but {Units.Count(totals.StarvedPolls, "poll")} took that long because no CPU was free.",
                lost)
            : new Verdict(VerdictLevel.Clean, $"No poll held a worker for {threshold} or longer in {duration}.", lost);
    }

    private static string StoodStill(Report report) => report.DriverStalls.Count == 0
        ? ""
        : $" Meanwhile nobody polled I/O and timers: {Units.Count(report.DriverStalls.Count, "time")}, up to {Units.Duration(report.DriverStalls.Max(s => s.DurationNs))}.";

    /// <summary>"culprit → call", cleaned.</summary>
    internal static string Place(Blocker b) => b.Call is { } call
        ? $"{NameText.Clean(b.Culprit.Function, 200)} → {NameText.Clean(call.Function, 120)}"
        : NameText.Clean(b.Culprit.Function, 200);
}
