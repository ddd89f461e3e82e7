using Hud.Analysis.Model;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;

namespace Hud.Analysis;

/// <summary>What the analysis cannot know by itself: the surroundings of a session at the moment of a snapshot.</summary>
public sealed record SessionFacts
{
    public required ToolInfo Tool { get; init; }
    public required TargetInfo Target { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>CLOCK_MONOTONIC when hud began to watch the target.</summary>
    public required long AttachedNs { get; init; }

    /// <summary>CLOCK_MONOTONIC at the start of recording.</summary>
    public required long StartNs { get; init; }

    /// <summary>CLOCK_MONOTONIC now, or at the end of the session.</summary>
    public required long NowNs { get; init; }

    /// <summary><c>sampled</c>, <c>exact</c> or <c>scheduler</c>.</summary>
    public required string Tracker { get; init; }
    public string? TrackerReason { get; init; }
    public long SamplePeriodNs { get; init; }
    public IReadOnlyList<WorkerTotals> Workers { get; init; } = [];

    /// <summary>Every poll by future type, where the tracker times them all.</summary>
    public IReadOnlyList<FutureStatistics> Futures { get; init; } = [];
    public TrackerCounters? Counters { get; init; }
    public long OwnCpuNs { get; init; }
    public long PeakRssBytes { get; init; }
    public string? EndReason { get; init; }
    public string? Host { get; init; }
    public string? Kernel { get; init; }
    public string? CommandLine { get; init; }

    /// <summary>Polls observed in total, where the tracker counts them.</summary>
    public long? Polls { get; init; }

    /// <summary>Longest poll seen, those under the threshold included, where the tracker tells.</summary>
    public long? LongestPollNs { get; init; }

    /// <summary>How a threshold that the program itself gave was derived, in a sentence; else null.</summary>
    public string? ThresholdOrigin { get; init; }

    /// <summary>A sentence while the tracker cannot see polls yet ("the layout of Tokio's memory is being measured; the target is idle"), else null.</summary>
    public string? NotReady { get; init; }

    /// <summary>Modules with Tokio in them whose runtimes are not followed, in sentences.</summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];

    /// <summary>CPU limits of the target's cgroup that were hit during the session; 0 when none or unknown.</summary>
    public long ThrottledNs { get; init; }

    /// <summary>CPU time that the hypervisor took from the workers; 0 when none or unknown.</summary>
    public long StolenNs { get; init; }
}
