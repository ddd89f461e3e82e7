using System.Globalization;
using Hud.Target;

namespace Hud.Tracking.Choice;

/// <summary>Why a tracker serves, in words for people: each a sentence without its full stop, or a clause of one.</summary>
internal static class TrackerReasons
{
    public const string Calibrated = "Tokio's memory is read; its layout was worked out from the running program";
    public const string ExactForGood = "every poll is timed by probes: where Tokio keeps its state is not known";
    public const string ExactUntilSeen = "every poll is timed by probes: no scheduler was seen yet that tells where Tokio keeps its state";

    /// <summary>Of a process's modules; each that serves by itself, where they differ.</summary>
    public static string Of(IReadOnlyList<FollowedModule> modules)
    {
        var reasons = modules.GroupBy(m => m.Reason, m => m.Tokio.Name).ToArray();
        return reasons.Length == 1 ? reasons[0].Key : string.Join("; ", reasons.Select(r => $"{string.Join(", ", r)}: {r.Key}"));
    }

    public static string NotAtWork(TokioModule module) =>
        $"{Named(module)}, in the same process, has run no task so far: its runtimes are followed as soon as they do.";

    public static string FollowedLate(TokioModule module, long lateNs) =>
        string.Create(CultureInfo.InvariantCulture, $"The runtimes of {Named(module)}, in the same process, are followed from {lateNs / 1e9:0.0} s on: before, it was not known where it keeps their state.");

    /// <param name="why">A sentence without its full stop.</param>
    public static string NotFollowed(TokioModule module, string why) =>
        $"The runtimes of {Named(module)}, in the same process, are not followed: {why}.";

    public static string Calibrating(string? missing) => $"Tokio's layout is being worked out: {missing}";

    public static string ExactMeanwhile(string? missing) => $"every poll is timed by probes while Tokio's layout is being worked out ({missing})";

    public static string ExactBlind(string asked, string? missing) =>
        $"{asked}; where Tokio keeps its state is not known ({missing ?? "no scheduler was seen"}), so that root futures of block_on are not seen and block_in_place looks like a poll where its frame is inlined";

    /// <param name="why">One of the clauses below.</param>
    public static string Waits(string why) =>
        $"blocking is judged by the system calls that workers wait in: {why}, and where Tokio keeps its state is not known; --tracker exact times every poll at any cost";

    public static string WouldCostTooMuch(double limit) =>
        $"timing every poll would take more than --max-overhead {Percent(limit)} allows, so often does the program poll";

    /// <param name="share">Of a CPU.</param>
    public static string CostTooMuch(double hitsPerSecond, double share, double limit)
    {
        var c = CultureInfo.InvariantCulture;
        if (share <= limit)
            return $"working out Tokio's layout and timing every poll took more together than --max-overhead {Percent(limit)} allows";
        return hitsPerSecond < 1
            ? string.Create(c, $"no task was polled, and following the program's context switches for the exact tracker took {100 * share:0.#} % of a CPU, more than --max-overhead {Percent(limit)} allows")
            : string.Create(c, $"timing every poll took {hitsPerSecond:N0} probe hits a second and {100 * share:0.#} % of a CPU, more than --max-overhead {Percent(limit)} allows");
    }

    private static string Named(TokioModule module) => $"{module.Name} ({module.Label})";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##}");
}
