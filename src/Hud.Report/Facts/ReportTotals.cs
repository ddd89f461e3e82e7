using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>Sums that every format states; computed here once so that they cannot differ.</summary>
public sealed class ReportTotals
{
    private ReportTotals()
    {
    }

    /// <summary>Own time of all blocking polls.</summary>
    public long OwnNs { get; private init; }
    public long OnCpuNs { get; private init; }
    public long BlockedNs { get; private init; }

    /// <summary>Run-queue time inside blocking polls; no part of <see cref="OwnNs"/>.</summary>
    public long RunQueueNs { get; private init; }
    public long Polls { get; private init; }
    public long LongestNs { get; private init; }
    public long StarvedNs { get; private init; }
    public long StarvedPolls { get; private init; }

    /// <summary>Time of all workers together: what shares are of. Workers times the time that the report covers when the workers' split does not tell.</summary>
    public long WorkerNs { get; private init; }
    public int WorkerCount { get; private init; }

    public static ReportTotals Of(Report report)
    {
        long split = report.Workers.Sum(w => w.OnCpuNs + w.BlockedNs + w.RunQueueNs + w.IdleNs);
        var workers = report.WorkerCount;
        var span = Math.Min(report.Session.WindowNs ?? long.MaxValue, report.Session.DurationNs);
        // The split is the session's, not the window's. More rows than workers: a thread that gave its worker away goes on
        // having a split, which is no worker's time.
        if (report.Workers.Count != workers || span < report.Session.DurationNs) split = 0;
        return new ReportTotals
        {
            OwnNs = report.Blockers.Sum(b => b.TotalNs),
            OnCpuNs = report.Blockers.Sum(b => b.OnCpuNs),
            BlockedNs = report.Blockers.Sum(b => b.BlockedNs),
            RunQueueNs = report.Blockers.Sum(b => b.RunQueueNs),
            Polls = report.Blockers.Sum(b => b.Count),
            LongestNs = report.Blockers.Select(b => b.MaxNs).DefaultIfEmpty(0).Max(),
            StarvedNs = report.Starved.Sum(b => b.TotalNs),
            StarvedPolls = report.Starved.Sum(b => b.Count),
            WorkerNs = split > 0 ? split : (long)Math.Min((double)workers * span, long.MaxValue / 2),
            WorkerCount = workers,
        };
    }

    /// <summary>Own time per group id that <see cref="Report.Events"/> does not hold because events were capped.</summary>
    internal static Dictionary<string, long> NotInEvents(Report report)
    {
        var rest = report.Blockers.ToDictionary(b => b.Id, b => b.TotalNs, StringComparer.Ordinal);
        foreach (var e in report.Events)
        {
            if (e is { Starved: false, Blocker: { } id } && rest.ContainsKey(id))
                rest[id] -= OwnNsOf(e);
        }

        return rest;
    }

    internal static long OwnNsOf(PollRecord e) => e.OnCpuNs + e.BlockedNs;
}
