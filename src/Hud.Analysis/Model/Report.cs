using System.Text.Json.Serialization;

namespace Hud.Analysis.Model;

/// <summary>
/// A finished (or running) session: the object that every output is made from. Mirrors schema <c>hud.report/1</c>
/// member by member; times are nanoseconds on CLOCK_MONOTONIC.
/// </summary>
public sealed record Report
{
    public const string SchemaName = "hud.report/1";

    public string Schema { get; init; } = SchemaName;
    public required ToolInfo Tool { get; init; }
    public required TargetInfo Target { get; init; }
    public required SessionInfo Session { get; init; }

    /// <summary>Why the report says little or nothing, in sentences; empty when there is nothing to explain.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
    public IReadOnlyList<WorkerInfo> Workers { get; init; } = [];

    /// <summary>
    /// Workers of all runtimes. <see cref="Workers"/> may list more: <c>block_in_place</c> hands a worker from thread to thread,
    /// and each thread that ever drove one has a row.
    /// </summary>
    [JsonIgnore]
    public int WorkerCount => Target.Runtimes.Sum(r => Math.Max(0, r.Workers)) is > 0 and var count ? count : Workers.Count;

    /// <summary>Worst total own time first.</summary>
    public IReadOnlyList<Blocker> Blockers { get; init; } = [];
    public IReadOnlyList<Blocker> Starved { get; init; } = [];
    public IReadOnlyList<DriverStall> DriverStalls { get; init; } = [];

    /// <summary>In order of start.</summary>
    public IReadOnlyList<PollRecord> Events { get; init; } = [];

    /// <summary>Every poll by future type, most time first; empty unless the exact tracker timed them all.</summary>
    public IReadOnlyList<FutureInfo> Futures { get; init; } = [];
}

public sealed record ToolInfo(string Name, string Version);

public sealed record RuntimeInfo(string Kind, int Workers)
{
    /// <summary>Null where the program's layout does not tell.</summary>
    public BlockingPoolInfo? BlockingPool { get; init; }

    /// <summary>File name of the program or library that the runtime is of, where several of the process have a Tokio of their own; else null.</summary>
    public string? Module { get; init; }

    /// <summary>Of that module; null where it has no say or its file does not tell.</summary>
    public string? TokioVersion { get; init; }
}

/// <summary>A runtime's threads for <c>spawn_blocking</c> and files.</summary>
/// <param name="Limit">As many threads may run at once: <c>max_blocking_threads</c>.</param>
/// <param name="MaxBusy">Most threads seen at work at once.</param>
/// <param name="MaxQueued">Most closures seen waiting for a thread.</param>
/// <param name="SaturatedNs">Time in which all threads that may run were at work and closures waited.</param>
public sealed record BlockingPoolInfo(int Limit, int MaxBusy, int MaxQueued, long SaturatedNs);

public sealed record TargetInfo
{
    public required int Pid { get; init; }
    public required string Name { get; init; }
    public string? Exe { get; init; }
    public string? BuildId { get; init; }
    /// <summary>Where several modules have a Tokio of their own, the versions of those that ran tasks, with commas between them.</summary>
    public string? TokioVersion { get; init; }
    public IReadOnlyList<RuntimeInfo> Runtimes { get; init; } = [];
}

public sealed record Losses(long Events, long Stacks);

/// <param name="ProbeHits">How often the target ran into a probe of the exact tracker or of calibration.</param>
/// <param name="ProbeNs">What they cost the target beside <paramref name="BpfNs"/>: reckoned, since the kernel does not count exceptions.</param>
/// <param name="Samples">How often a timer interrupted the target to look at it.</param>
/// <param name="SampleNs">What that cost the target beside <paramref name="BpfNs"/>: reckoned from what a timer interrupt costs on the machine.</param>
/// <param name="OverNs">The time in which all of it was spent: since hud attached, loading and calibration included, so it is more than the session's.</param>
public sealed record Overhead(
    long BpfNs, long BpfRuns, long OwnCpuNs, long PeakRssBytes, long ProbeHits = 0, long ProbeNs = 0, long Samples = 0, long SampleNs = 0, long OverNs = 0)
{
    /// <summary>What the target pays for being watched.</summary>
    [JsonIgnore]
    public long TargetNs => BpfNs + ProbeNs + SampleNs;
}

/// <summary>How well frames could be named: counts of distinct frames by where their name came from.</summary>
public sealed record SymbolQuality
{
    /// <summary>Frames with function, file and line.</summary>
    public long WithLines { get; init; }

    /// <summary>Frames with a symbol name only.</summary>
    public long NameOnly { get; init; }

    /// <summary>Frames with an address only.</summary>
    public long Unnamed { get; init; }

    /// <summary>Stacks whose unwinding stopped before the bottom, by reason sentence.</summary>
    public IReadOnlyDictionary<string, long> CutStacks { get; init; } = new Dictionary<string, long>();

    /// <summary>Addresses without a name or with nothing but a name, by reason sentence.</summary>
    public IReadOnlyDictionary<string, long> NameGaps { get; init; } = new Dictionary<string, long>();

    /// <summary>What to do about it, or null.</summary>
    public string? Hint { get; init; }
}

public sealed record SessionInfo
{
    public required DateTimeOffset StartedAt { get; init; }
    public required long StartNs { get; init; }
    public required long DurationNs { get; init; }
    public required long ThresholdNs { get; init; }

    /// <summary>How the threshold was derived from the program's own poll times, in a sentence; null where it was given.</summary>
    public string? ThresholdOrigin { get; init; }

    /// <summary><c>sampled</c>, <c>exact</c> or <c>scheduler</c>.</summary>
    public required string Tracker { get; init; }

    /// <summary>Why this tracker serves, in a sentence.</summary>
    public string? TrackerReason { get; init; }
    public required long SamplePeriodNs { get; init; }

    /// <summary>Rolling window of the report; null means the whole session.</summary>
    public long? WindowNs { get; init; }

    /// <summary>Why polls could not be followed at the end of the session, in a sentence; null where they were.</summary>
    public string? NotReady { get; init; }

    /// <summary>Why the session ended: "duration", "interrupted", "target exited", "target replaced itself (exec)", null while running.</summary>
    public string? EndReason { get; init; }
    public Losses Lost { get; init; } = new(0, 0);
    public Overhead Overhead { get; init; } = new(0, 0, 0, 0);
    public SymbolQuality Symbols { get; init; } = new();

    /// <summary>Polls observed in total where the tracker knows it, else null.</summary>
    public long? Polls { get; init; }

    /// <summary>The longest poll seen, those under the threshold included; null when unknown.</summary>
    public long? LongestPollNs { get; init; }

    /// <summary>Time the target's cgroup was denied the CPU by its quota during the session; 0 when none or unknown.</summary>
    public long ThrottledNs { get; init; }

    /// <summary>CPU time that the hypervisor of the virtual machine took from the workers; part of their time in the run queue.</summary>
    public long StolenNs { get; init; }

    /// <summary>Host name, kernel release and command line of the target, for the reader of a file.</summary>
    public string? Host { get; init; }
    public string? Kernel { get; init; }
    public string? CommandLine { get; init; }

    /// <summary>Events left out of <see cref="Report.Events"/> because of a cap, and stacks likewise; said in every export.</summary>
    public long EventsLeftOut { get; init; }
}

public sealed record WorkerInfo
{
    public required int Tid { get; init; }
    public required string Name { get; init; }
    public int? Index { get; init; }
    public int Runtime { get; init; }
    public long OnCpuNs { get; init; }
    public long BlockedNs { get; init; }
    public long RunQueueNs { get; init; }
    public long IdleNs { get; init; }
    public int Blockers { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<FrameKind>))]
public enum FrameKind
{
    [JsonStringEnumMemberName("user")] User,
    [JsonStringEnumMemberName("dependency")] Dependency,
    [JsonStringEnumMemberName("tokio")] Tokio,
    [JsonStringEnumMemberName("std")] Std,
    [JsonStringEnumMemberName("libc")] Libc,
    [JsonStringEnumMemberName("kernel")] Kernel,
}

/// <summary>One frame of a stack, inlined ones included.</summary>
/// <param name="Function">Demangled, without hash; "0x… in libfoo.so" where nothing names it.</param>
/// <param name="Module">File name of the mapped file, "[kernel]" or "[vdso]".</param>
/// <param name="Address">Runtime address as "0x…".</param>
public sealed record Frame(
    string Function,
    string? Module,
    string? File,
    int? Line,
    bool Inlined,
    FrameKind Kind,
    string Address);

public sealed record TaskInfo(string? Name, string? Type, Frame? SpawnedAt);

public sealed record HeldBy(Frame Culprit, long Count);

/// <summary>Frames innermost first. <see cref="Ns"/> is the own time that the stack stands for.</summary>
public sealed record WeightedStack(long Count, long Ns, IReadOnlyList<Frame> Frames);

/// <summary>Blocking polls grouped by culprit, call and cause.</summary>
public sealed record Blocker
{
    /// <summary>Stable between sessions: a hash of culprit function, call function and cause, not of lines or addresses.</summary>
    public required string Id { get; init; }

    /// <summary>A member of <see cref="Causes"/>.</summary>
    public required string Cause { get; init; }
    public required Frame Culprit { get; init; }
    public Frame? Call { get; init; }
    public required TaskInfo Task { get; init; }
    public long Count { get; init; }

    /// <summary>Sum of own time; for starved groups, of wall time.</summary>
    public long TotalNs { get; init; }
    public long MaxNs { get; init; }
    public long P50Ns { get; init; }
    public long P99Ns { get; init; }
    public long OnCpuNs { get; init; }
    public long BlockedNs { get; init; }
    public long RunQueueNs { get; init; }
    public IReadOnlyList<int> Workers { get; init; } = [];
    public IReadOnlyList<HeldBy>? HeldBy { get; init; }
    public string? Detail { get; init; }
    public required string Advice { get; init; }

    /// <summary>Tasks that waited in the worker's own queue behind these polls, all together; null where the program's layout does not tell.</summary>
    public long? WaitingTasks { get; init; }

    /// <summary>Most own time first.</summary>
    public IReadOnlyList<WeightedStack> Stacks { get; init; } = [];

    /// <summary>Where the time went by cause, most first; sums to <see cref="TotalNs"/>.</summary>
    public IReadOnlyList<CauseShare> CauseShares { get; init; } = [];

    /// <summary>The same by worker thread, most first; counts sum to <see cref="Count"/>, times to <see cref="TotalNs"/>.</summary>
    public IReadOnlyList<WorkerShare> WorkerShares { get; init; } = [];

    /// <summary>True when every stack was cut off before any of the user's frames: the culprit is the best that was seen.</summary>
    public bool CutOff { get; init; }
}

public sealed record CauseShare(string Cause, long Ns);

public sealed record WorkerShare(int Tid, long Count, long Ns);

/// <summary>Nobody waited for the runtime's I/O and timers from <see cref="StartNs"/> on, because <see cref="Blocker"/> held the worker that should.</summary>
public sealed record DriverStall(long StartNs, long DurationNs, int Tid, string? Blocker, int IdleWorkers, bool InProgress);

/// <summary>The polls of one future type, those of nested polls (a LocalSet's in a task) left to the outer one.</summary>
/// <param name="Type">As the program names it, or the function of it that stacks show; null where neither the mangling, nor debug information, nor a stack has it.</param>
/// <param name="PollFunction">Address of the type's poll function as "0x…".</param>
/// <param name="PollTime">Wall time of its polls.</param>
/// <param name="ScheduleDelay">
/// From a wake to the poll that it asked for. Null where wakes are not seen. A task's first poll and one that the task's
/// own poll asked for have none.
/// </param>
public sealed record FutureInfo(string? Type, string PollFunction, TimeDistribution PollTime, TimeDistribution? ScheduleDelay);

/// <summary>Times counted in powers of two of a microsecond; percentiles are upper bounds, by up to a factor of two.</summary>
/// <param name="Histogram">Element i counts those up to 2^i µs and over 2^(i-1) µs; the last one has no bound.</param>
public sealed record TimeDistribution(long Count, long TotalNs, long MaxNs, long P50Ns, long P99Ns, IReadOnlyList<long> Histogram)
{
    public long MeanNs() => Count > 0 ? TotalNs / Count : 0;
}

/// <summary>One blocking or starved poll.</summary>
public sealed record PollRecord
{
    public required long StartNs { get; init; }
    public required long DurationNs { get; init; }
    public long OnCpuNs { get; init; }
    public long BlockedNs { get; init; }
    public long RunQueueNs { get; init; }
    public required int Tid { get; init; }
    public ulong TaskId { get; init; }

    /// <summary><see cref="Model.Blocker.Id"/> of its group.</summary>
    public string? Blocker { get; init; }
    public bool Starved { get; init; }
    public bool InProgress { get; init; }

    /// <summary>Tasks that waited in the worker's own queue and LIFO slot; null where the program's layout does not tell.</summary>
    public int? WaitingTasks { get; init; }
}
