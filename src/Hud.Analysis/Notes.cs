using Hud.Analysis.Model;

namespace Hud.Analysis;

/// <summary>Why a report says little, and what limits what it says: sentences, the weightiest first.</summary>
internal static class Notes
{
    public static IReadOnlyList<string> Of(Report report, SessionFacts facts)
    {
        var notes = new List<string>();
        // Also where there are blockers: they were held against a threshold that may not be the one that was asked for.
        var notReady = facts.NotReady is { Length: > 0 };
        if (notReady) notes.Add(facts.NotReady!);
        notes.AddRange(facts.Gaps);
        AddStalls(notes, report);
        AddSaturation(notes, report);
        if (report.Blockers.Count == 0 && !notReady) AddWhyNothing(notes, report);
        AddStarved(notes, report);
        AddLimits(notes, report);
        return notes;
    }

    private static void AddStalls(List<string> notes, Report report)
    {
        if (report.DriverStalls.Count == 0) return;
        var total = report.DriverStalls.Sum(s => s.DurationNs);
        var worst = report.DriverStalls.MaxBy(s => s.DurationNs)!;
        var by = worst.Blocker is { } id && report.Blockers.FirstOrDefault(b => b.Id == id) is { } blocker ? $" while {blocker.Culprit.Function} held the worker that should" : "";
        var idle = worst.IdleWorkers > 0 ? $"; {Counts.Text(worst.IdleWorkers, "idle worker")} could have" : "";
        notes.Add(report.DriverStalls.Count == 1
            ? $"Nobody polled I/O and timers for {Durations.Text(total)}{by}{idle}."
            : $"Nobody polled I/O and timers {report.DriverStalls.Count} times, {Durations.Text(total)} in total; the longest, {Durations.Text(worst.DurationNs)}{by}{idle}.");
    }

    private static void AddSaturation(List<string> notes, Report report)
    {
        foreach (var pool in report.Target.Runtimes.Select(r => r.BlockingPool).Where(p => p is { SaturatedNs: > 0 }))
        {
            notes.Add($"The blocking pool was saturated for {Durations.Text(pool!.SaturatedNs)}: all {Counts.Text(pool.Limit, "thread")} were busy while up to {Counts.Text(pool.MaxQueued, "closure")} of spawn_blocking waited. Raise max_blocking_threads, or hold fewer of them at once.");
        }
    }

    private static void AddWhyNothing(List<string> notes, Report report)
    {
        var session = report.Session;
        if (report.Workers.Count == 0 && session.Tracker == "exact")
        {
            notes.Add("No task was polled: the target was idle, it ran nothing but the future of a block_on, which holds no worker, or its runtime has not started yet. Put load on it.");
            return;
        }
        if (report.Workers.Count == 0)
        {
            notes.Add("No Tokio worker was seen at work: the target was idle, its runtime has not started yet, or its workers have a thread name that needs --workers PREFIX.");
            return;
        }
        if (IsIdle(report))
        {
            notes.Add($"The target was idle: its {Counts.Text(report.WorkerCount, "worker")} ran {Durations.Text(BusyNs(report))} in all. Put load on it.");
        }
        else
        {
            var threshold = $"No poll {(report.Starved.Count > 0 ? "by itself " : "")}reached the threshold of {Durations.Round(session.ThresholdNs)}";
            notes.Add(session.LongestPollNs is { } longest ? $"{threshold}; the longest took {Durations.Text(longest)}." : $"{threshold}.");
        }
    }

    /// <summary>No worker did anything worth the name: less than a thousandth of the time.</summary>
    public static bool IsIdle(Report report)
    {
        var busy = BusyNs(report);
        var watched = busy + report.Workers.Sum(w => w.IdleNs);
        return report.Session.Polls == 0 || (watched > 0 && busy < watched / 1_000);
    }

    private static long BusyNs(Report report) => report.Workers.Sum(w => w.OnCpuNs + w.BlockedNs + w.RunQueueNs);

    private static void AddStarved(List<string> notes, Report report)
    {
        var starved = report.Starved.Sum(s => s.Count);
        if (starved > 0)
        {
            var waited = report.Starved.Sum(s => s.RunQueueNs);
            var they = starved == 1 ? "it" : "they";
            notes.Add(Starvation.IsMostly(report.Starved)
                ? $"{Counts.Text(starved, "poll")} took long only because {they} waited {Durations.Text(waited)} for a CPU: the code is not to blame."
                : $"{Counts.Text(starved, "poll")} reached the threshold only together with the {Durations.Text(waited)} that {they} waited for a CPU; most of the time is {(starved == 1 ? "its" : "their")} own.");
        }
        if (report.Session.StolenNs > BusyNs(report) / 20)
        {
            notes.Add($"The hypervisor took {Durations.Text(report.Session.StolenNs)} of the workers' CPU time (steal), counted as run queue: the host of this virtual machine is overcommitted.");
        }
        if (report.Session.ThrottledNs > 0)
        {
            notes.Add($"The target's cgroup was throttled for {Durations.Text(report.Session.ThrottledNs)}: raise its CPU quota (cpu.max), or give it fewer workers.");
        }
    }

    private static void AddLimits(List<string> notes, Report report)
    {
        var session = report.Session;
        if (LossText.Of(session.Lost) is { } losses) notes.Add(losses + ".");
        if (session.EventsLeftOut > 0)
        {
            notes.Add($"{Counts.Text(session.EventsLeftOut, "older poll")} left out of the list of events, because a cap bounds memory{(session.WindowNs is null ? "; the sums include them up to the last change of the threshold" : "; the window is shorter by them")}.");
        }
        if (session.Symbols.Hint is { } hint) notes.Add(hint);
        var cut = report.Blockers.Count(b => b.CutOff);
        if (cut > 0) notes.Add($"The stacks of {Counts.Text(cut, "blocker")} end before the user's own code: their culprit is the outermost code seen.");
        if (session.Tracker == "scheduler" && session.TrackerReason is { } reason) notes.Add($"Only the scheduler tracker could serve: {reason.TrimEnd('.')}.");
    }
}
