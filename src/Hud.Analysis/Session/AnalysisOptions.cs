using Hud.Target;

namespace Hud.Analysis;

/// <summary>How a session is analysed. Every "how many is too many" of this project is here.</summary>
public sealed record AnalysisOptions
{
    /// <summary>Own time from which a poll is a blocker, and wall time from which it is starved.</summary>
    public long ThresholdNs { get; init; } = 5_000_000;

    /// <summary>Rolling window; null: the whole session.</summary>
    public long? WindowNs { get; init; }

    /// <summary>Name of a system call of the target's architecture; null for unknown numbers.</summary>
    public Func<int, string?> SyscallName { get; init; } = SyscallNames.TryFind;

    /// <summary>Polls kept one by one (for events, window and threshold changes). Group totals go on beyond it.</summary>
    public int MaxEvents { get; init; } = 20_000;

    /// <summary>Distinct stacks kept for each blocker; the time of the rest is kept under what they have in common.</summary>
    public int MaxStacksPerBlocker { get; init; } = 100;

    /// <summary>Distinct details, holders and the like counted for each blocker.</summary>
    public int MaxDetailsPerBlocker { get; init; } = 64;

    /// <summary>Groups kept; the smallest make room.</summary>
    public int MaxGroups { get; init; } = 2_000;

    /// <summary>Raw stacks held for one running poll before they are named to free their bytes.</summary>
    public int MaxRawStacksPerPoll { get; init; } = 8;

    /// <summary>Distinct named stacks kept for one poll.</summary>
    public int MaxStacksPerPoll { get; init; } = 64;

    /// <summary>Running polls remembered for one thread: nested ones, and short ones whose end is never told.</summary>
    public int MaxOpenPollsPerThread { get; init; } = 4;

    /// <summary>Bytes of copied stacks held over all running polls.</summary>
    public long MaxRawBytes { get; init; } = 16 << 20;

    /// <summary>Driver stalls kept.</summary>
    public int MaxDriverStalls { get; init; } = 1_000;
}
