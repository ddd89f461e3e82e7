using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>
/// What the type system cannot say about a report that came from a file: no null in lists, no negative or absurd
/// amount. Everything after this may add and divide without looking.
/// </summary>
internal static class ReportValidation
{
    /// <summary>About three years; sums are held to ten times that, far from the end of 64 bits.</summary>
    private const long MaxNs = 100_000_000_000_000_000;
    private const long MaxTotalNs = 10 * MaxNs;
    private const long MaxCount = 1_000_000_000_000;

    public static string? Problem(Report report, string name)
    {
        var problem = Check(report);
        return problem is null ? null : $"{name} is no usable hud report: {problem}.";
    }

    private static string? Check(Report r)
    {
        if (r.Session.DurationNs is < 0 or > MaxNs || r.Session.StartNs < 0 || r.Session.ThresholdNs is < 0 or > MaxNs)
            return "session times are out of range";
        if (r.Target.Runtimes.Any(x => x is null or { BlockingPool: { Limit: < 0 } or { MaxBusy: < 0 } or { MaxQueued: < 0 } } || Bad(x.BlockingPool?.SaturatedNs ?? 0, 0, 0, 0)))
            return "target.runtimes holds null";
        if (r.Notes.Any(x => x is null))
            return "notes holds null";
        foreach (var (worker, i) in r.Workers.Select((w, i) => (w, i)))
        {
            if (worker is null || Bad(worker.OnCpuNs, worker.BlockedNs, worker.RunQueueNs, worker.IdleNs))
                return $"workers[{i}] is null or has times out of range";
        }

        return CheckBlockers(r.Blockers, "blockers") ?? CheckBlockers(r.Starved, "starved") ?? CheckTimes(r);
    }

    private static string? CheckBlockers(IReadOnlyList<Blocker> blockers, string member)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        long total = 0;
        for (var i = 0; i < blockers.Count; i++)
        {
            var b = blockers[i];
            if (b is null)
                return $"{member}[{i}] is null";
            if (b.Count is < 0 or > MaxCount || b.WaitingTasks is < 0 or > MaxCount || Bad(b.TotalNs, b.MaxNs, b.P50Ns, b.P99Ns) || Bad(b.OnCpuNs, b.BlockedNs, b.RunQueueNs, 0))
                return $"{member}[{i}] has values out of range";
            if (!ids.Add(b.Id))
                return $"{member}[{i}] repeats the id of an earlier one";
            if (b.HeldBy is not null && b.HeldBy.Any(h => h is null || h.Count is < 0 or > MaxCount))
                return $"{member}[{i}].heldBy is out of range";
            if (b.CauseShares.Any(c => c is null || Bad(c.Ns, 0, 0, 0)) || b.WorkerShares.Any(w => w is null || Bad(w.Ns, 0, 0, 0)))
                return $"{member}[{i}] has shares out of range";
            foreach (var s in b.Stacks)
            {
                if (s is null || s.Count is < 0 or > MaxCount || Bad(s.Ns, 0, 0, 0) || s.Frames.Any(f => f is null))
                    return $"{member}[{i}].stacks is null or out of range";
            }

            total += b.TotalNs;
            if (total > MaxTotalNs)
                return $"the total of {member} is out of range";
        }

        return null;
    }

    private static string? CheckTimes(Report r)
    {
        for (var i = 0; i < r.Events.Count; i++)
        {
            var e = r.Events[i];
            if (e is null || e.StartNs < 0 || e.WaitingTasks < 0 || Bad(e.DurationNs, e.OnCpuNs, e.BlockedNs, e.RunQueueNs))
                return $"events[{i}] is null or out of range";
        }

        for (var i = 0; i < r.DriverStalls.Count; i++)
        {
            if (r.DriverStalls[i] is not { StartNs: >= 0, DurationNs: >= 0 and <= MaxNs })
                return $"driverStalls[{i}] is null or out of range";
        }

        for (var i = 0; i < r.Futures.Count; i++)
        {
            if (r.Futures[i] is not { } f || Bad(f.PollTime) || (f.ScheduleDelay is { } delay && Bad(delay)))
                return $"futures[{i}] is null or out of range";
        }

        return null;
    }

    private static bool Bad(TimeDistribution d) =>
        d.Count is < 0 or > MaxCount || d.TotalNs is < 0 or > MaxTotalNs || Bad(d.MaxNs, d.P50Ns, d.P99Ns, 0) || d.Histogram.Count > 64 || d.Histogram.Any(n => n is < 0 or > MaxCount);

    private static bool Bad(long a, long b, long c, long d) =>
        a is < 0 or > MaxNs || b is < 0 or > MaxNs || c is < 0 or > MaxNs || d is < 0 or > MaxNs;
}
