using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>Puts findings and surroundings together.</summary>
internal static class ReportBuilder
{
    public static Report Build(SessionFacts facts, HistoryView view, IReadOnlyList<DriverStall> stalls, IStackNamer namer, SeenFutures futureNames, SessionInfo session)
    {
        var counters = facts.Counters ?? new TrackerCounters(0, 0, 0, 0, 0, 0);
        var report = new Report
        {
            Tool = facts.Tool,
            Target = facts.Target,
            Session = session with
            {
                TrackerReason = facts.TrackerReason,
                ThresholdOrigin = facts.ThresholdOrigin,
                NotReady = facts.NotReady,
                EndReason = facts.EndReason,
                Host = facts.Host,
                Kernel = facts.Kernel,
                CommandLine = facts.CommandLine,
                Polls = facts.Futures.Count > 0 ? facts.Futures.Sum(f => f.Polls.Count) : facts.Polls,
                ThrottledNs = facts.ThrottledNs,
                StolenNs = facts.StolenNs,
                Lost = new Losses(counters.LostEvents, counters.LostStacks),
                Overhead = new Overhead(counters.BpfNs, counters.BpfRuns, facts.OwnCpuNs, facts.PeakRssBytes, counters.ProbeHits, counters.ProbeNs, counters.Samples, counters.SampleNs, facts.NowNs - facts.AttachedNs),
            },
            Workers = [.. facts.Workers.Where(w => w.IsWorker || view.BlockersByThread.GetValueOrDefault(w.Tid) > 0).Select(w => Worker(w, view.BlockersByThread.GetValueOrDefault(w.Tid))).OrderBy(w => w.Runtime).ThenBy(w => w.Index ?? int.MaxValue).ThenBy(w => w.Tid)],
            Blockers = view.Blockers,
            Starved = view.Starved,
            DriverStalls = stalls,
            Events = view.Events,
            Futures = FutureTypes.Of(facts.Futures, namer, futureNames),
        };
        return report with { Notes = Notes.Of(report, facts) };
    }

    private static WorkerInfo Worker(WorkerTotals totals, int blockers) => new()
    {
        Tid = totals.Tid,
        Name = totals.Name,
        Index = totals.Index >= 0 ? totals.Index : null,
        Runtime = totals.RuntimeId,
        OnCpuNs = totals.OnCpuNs,
        BlockedNs = totals.BlockedNs,
        RunQueueNs = totals.RunQueueNs,
        IdleNs = totals.IdleNs,
        Blockers = blockers,
    };
}
