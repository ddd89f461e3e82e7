using Hud.Target;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Proves the layout of a current_thread scheduler from memory at the entry of poll functions and while the thread waits.
/// Pure: the same snapshots give the same answer.
/// </summary>
internal static class CurrentThreadSolver
{
    private const int EnoughSteps = 6;

    /// <summary>Where no wait for events shows how often the loop turned: it counts up for each task, and once more before it waits.</summary>
    private const ulong MostTicksPerCall = 8;

    /// <summary>A turn that had begun at the one call, and one that has at the other.</summary>
    private const ulong Slack = 2;

    public static Solution Solve(IReadOnlyList<Snapshot> snapshots, ContextPlace place, int core)
    {
        var calls = Calls(snapshots, core);
        if (calls.Count == 0)
            return new Solution(null, "no task has run under a current_thread scheduler since it was found");
        // A thread that left its runtime has other things where the context was.
        var moments = snapshots
            .Where(s => !s.IsCall && s.Tls.Length > place.TlsWord * 8 && s.TlsWord(place.TlsWord) == s.Context && s.ContextWord(core) == s.Core)
            .ToList();
        var tick = Tick(calls);
        if (!tick.Holds)
            return new Solution(null, tick.Missing);
        var parker = ParkerSolver.Solve(calls, moments);
        if (parker.Niche is not { } niche)
            return new Solution(null, parker.Missing);
        var taskId = TaskIdSolver.Solve(calls, moments.Where(m => !m.IsParked(niche)).ToList());
        if (taskId.Value is not { } id)
            return new Solution(null, taskId.Missing, IdsAlone: true);
        return new Solution(
            new SchedulerLayout
            {
                SchedulerTls = calls[0].TlsPlace(place.TlsWord),
                ToContext = 0,
                Tag = place.Tag is { } tag ? new SchedulerTag(0, 8, tag) : null,
                ContextCore = core,
                CoreTick = tick.Value!.Value,
                Parker = niche,
                CurrentTaskIdTls = id.Value,
                CurrentTaskIdTagTls = id.Tag,
                ContextOwner = place.Owner,
            },
            null);
    }

    /// <summary>A u32 of Core that goes up at least once for each of the scheduler's tasks, and by few for each trip around its loop.</summary>
    public static Proof<int> Tick(IReadOnlyList<Snapshot> calls)
    {
        var steps = Steps(calls).ToList();
        if (steps.Count < EnoughSteps)
            return Proof<int>.Not("too few tasks have run yet");
        var found = Counters(calls, steps);
        if (found.Count == 0)
            return Proof<int>.Not("no word of the Core counts its tasks");
        // Some drivers count their waits; those fall behind once more tasks than that have run. The head of the run queue, an
        // index that wraps, and counts of tasks go up together with the tick, which leads them: it counts idle turns too.
        return found.Count == 1 || steps.Exists(s => s.After.Calls - s.Before.Calls > s.After.Waits - s.Before.Waits + Slack)
            ? found.MaxBy(offset => calls[^1].CoreHalf(offset))
            : Proof<int>.Not($"{found.Count} words of the Core may count its tasks");
    }

    /// <summary>False when what was taken for the Core is none.</summary>
    public static bool HasTick(IReadOnlyList<Snapshot> calls) => Counters(calls, [.. Steps(calls)]).Count > 0;

    /// <summary>Those with the Core from that place in the context: the last from another place arrive once this one is tried.</summary>
    public static IReadOnlyList<Snapshot> Calls(IReadOnlyList<Snapshot> snapshots, int core) =>
        [.. snapshots.Where(s => s.IsCall && s.ContextWord(core) == s.Core)];

    private static List<int> Counters(IReadOnlyList<Snapshot> calls, List<(Snapshot Before, Snapshot After)> steps) =>
    [
        .. Enumerable.Range(0, calls[0].CoreBytes.Length / 4).Select(i => i * 4)
            .Where(offset => steps.TrueForAll(s => Counts(s.Before, s.After, offset))),
    ];

    private static IEnumerable<(Snapshot Before, Snapshot After)> Steps(IReadOnlyList<Snapshot> calls)
    {
        var last = new Dictionary<(int Tid, ulong Core, int Round), Snapshot>();
        foreach (var call in calls)
        {
            if (!last.TryGetValue((call.Tid, call.Core, call.Round), out var before))
                last[(call.Tid, call.Core, call.Round)] = call;
            else if (LeastTicks(before, call) > 0)
            {
                yield return (before, call);
                last[(call.Tid, call.Core, call.Round)] = call;
            }
        }
    }

    private static bool Counts(Snapshot before, Snapshot after, int offset)
    {
        ulong step = unchecked(after.CoreHalf(offset) - before.CoreHalf(offset));
        return step >= LeastTicks(before, after) && step <= MostTicks(before, after);
    }

    /// <summary>The loop counts up once for each task and once when it finds none, and then waits.</summary>
    private static ulong MostTicks(Snapshot before, Snapshot after)
    {
        var calls = after.Calls - before.Calls;
        return after.Waits == 0 ? (calls + 1) * MostTicksPerCall : calls + after.Waits - before.Waits + Slack;
    }

    /// <summary>One for each task of the scheduler. Where there are none but a LocalSet's, the loop has turned between two waits.</summary>
    private static ulong LeastTicks(Snapshot before, Snapshot after) =>
        Math.Max(after.Calls - before.Calls, after.Waits - before.Waits > 1 ? 1UL : 0);
}
