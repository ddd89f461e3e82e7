using System.Globalization;

namespace Hud.Tracking.Choice;

/// <summary>Why a tracker serves, in words for people: each a sentence without its full stop, or a clause of one.</summary>
internal static class TrackerReasons
{
    public const string Calibrated = "Tokio's memory is read; its layout was worked out from the running program";
    public const string ExactForGood = "every poll is timed by probes: where Tokio keeps its state is not known";
    public const string ExactUntilSeen = "every poll is timed by probes: no scheduler was seen yet that tells where Tokio keeps its state";

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

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##}");
}
