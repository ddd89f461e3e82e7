using System.Text.Json;

namespace Hud.Kernel.Tests.Harness;

/// <summary>
/// What `--json` prints, as far as the tests look at it. Kept apart from hud's own model on purpose:
/// these records are the schema hud.report/1 as a user's program would read it.
/// </summary>
internal sealed record JsonReport(
    string Schema,
    JsonTarget Target,
    JsonSession Session,
    IReadOnlyList<JsonWorker> Workers,
    IReadOnlyList<JsonBlocker> Blockers,
    IReadOnlyList<JsonBlocker> Starved,
    IReadOnlyList<JsonEvent> Events,
    IReadOnlyList<string>? Notes,
    IReadOnlyList<JsonDriverStall>? DriverStalls,
    IReadOnlyList<JsonFuture>? Futures = null)
{
    /// <summary>Not part of the schema: <see cref="HudRun.StolenNs"/>.</summary>
    public long StolenNs { get; init; }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static JsonReport Parse(string json) =>
        JsonSerializer.Deserialize<JsonReport>(json, Options) ?? throw new FormatException("the report is null");

    public JsonBlocker? GroupOf(JsonEvent poll) =>
        Blockers.FirstOrDefault(b => b.Id == poll.Blocker) ?? Starved.FirstOrDefault(b => b.Id == poll.Blocker);
}

internal sealed record JsonTarget(int Pid, string Name, string? TokioVersion, IReadOnlyList<JsonRuntime> Runtimes);

internal sealed record JsonRuntime(string Kind, int Workers, JsonBlockingPool? BlockingPool = null, string? Module = null);

internal sealed record JsonBlockingPool(int Limit, int MaxBusy, int MaxQueued, long SaturatedNs);

internal sealed record JsonSession(
    long StartNs, long DurationNs, long ThresholdNs, string Tracker, long SamplePeriodNs, JsonLosses Lost, string? EndReason, string? ThresholdOrigin = null,
    string? TrackerReason = null);

internal sealed record JsonLosses(long Events, long Stacks);

internal sealed record JsonWorker(int Tid, string Name, int? Index, long OnCpuNs, long BlockedNs, long RunQueueNs, long IdleNs);

internal sealed record JsonFrame(string Function, string? Module, string? File, int? Line, string Kind);

internal sealed record JsonStack(long Count, long Ns, IReadOnlyList<JsonFrame> Frames);

internal sealed record JsonHolder(JsonFrame Culprit, long Count);

internal sealed record JsonBlocker(
    string Id,
    string Cause,
    JsonFrame Culprit,
    JsonFrame? Call,
    long Count,
    long TotalNs,
    long MaxNs,
    string? Detail,
    IReadOnlyList<JsonHolder>? HeldBy,
    IReadOnlyList<JsonStack> Stacks,
    long? WaitingTasks = null)
{
    /// <summary>Whether a function of that name is the culprit or anywhere on a stack.</summary>
    public bool Names(string function) =>
        IsCulprit(function) || Stacks.Any(s => s.Frames.Any(f => f.Function.Contains(function, StringComparison.Ordinal)));

    public bool IsCulprit(string function) => Culprit.Function.Contains(function, StringComparison.Ordinal);
}

internal sealed record JsonEvent(
    long StartNs,
    long DurationNs,
    long OnCpuNs,
    long BlockedNs,
    long RunQueueNs,
    int Tid,
    ulong TaskId,
    string? Blocker,
    bool Starved,
    bool InProgress,
    int? WaitingTasks = null)
{
    public long EndNs => StartNs + DurationNs;

    public long OwnNs => OnCpuNs + BlockedNs;
}

internal sealed record JsonFuture(string? Type, string PollFunction, JsonTimes PollTime, JsonTimes? ScheduleDelay);

internal sealed record JsonTimes(long Count, long TotalNs, long MaxNs, IReadOnlyList<long> Histogram);

internal sealed record JsonDriverStall(long StartNs, long DurationNs, int Tid, string? Blocker, int IdleWorkers);
