using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests.GroundTruth;

/// <summary>A logged call and the event that stands for it; null: it was missed.</summary>
internal sealed record Match(TruthCall Call, JsonEvent? Event, JsonBlocker? Group)
{
    /// <summary>Error of the duration, as a share of what is allowed: 1.5 ms or 5 %, whichever is more.</summary>
    public double RelativeError =>
        Event is null ? 0 : Math.Abs(Event.DurationNs - Call.WallNs) / Math.Max(1.5e6, Call.WallNs * 0.05);
}

/// <summary>
/// The join of a program's log with hud's report of the same time, by thread and overlap.
/// Only calls that lie within the session count, after its first second, in which hud learns from the program's first polls
/// what it needs to know about the rest; only polls whose own time reaches the threshold by a whole
/// sample period must be reported. What the hypervisor takes of a thread's time is the thread's own in the log, and waiting for
/// a CPU in the report: calls that hud calls starved for that are let pass as far as the kernel knows of so much.
/// </summary>
internal sealed class Comparison
{
    public const long LearningNs = 1_000_000_000;

    private readonly Dictionary<int, List<TruthCall>> _blockingCalls;

    public Comparison(IReadOnlyList<TruthCall> truth, JsonReport report)
    {
        Report = report;
        var session = report.Session;
        var reportedFromNs = session.ThresholdNs + session.SamplePeriodNs;
        // A poll that the program itself timed may have been held up by accident; reporting that is right.
        _blockingCalls = truth
            .Where(c => c.Verdict == Verdict.Block || (c.Verdict == Verdict.Poll && c.OwnNs >= session.ThresholdNs - session.SamplePeriodNs))
            .GroupBy(c => c.Tid)
            .ToDictionary(g => g.Key, g => g.ToList());
        var blockers = report.Events.Where(e => !e.Starved).ToList();

        var eventsByTid = blockers.ToLookup(e => e.Tid);
        List<Match> required = [.. truth
            .Where(c => c.Verdict == Verdict.Block && c.OwnNs >= reportedFromNs)
            .Where(c => c.StartNs >= session.StartNs + LearningNs && c.EndNs <= session.StartNs + session.DurationNs)
            .Select(c => Find(c, eventsByTid[c.Tid], report))];
        var starvedByTid = report.Events.Where(e => e.Starved).ToLookup(e => e.Tid);
        Stolen = [.. required.Where(m => m.Event is null).Select(m => Find(m.Call, starvedByTid[m.Call.Tid], report)).Where(m => m.Event?.OwnNs < session.ThresholdNs)];
        if (Stolen.Sum(m => m.Call.OwnNs - m.Event!.OwnNs) > report.StolenNs)
            Stolen = [];
        Required = [.. required.ExceptBy(Stolen.Select(m => m.Call), m => m.Call)];
        // A call that was going on at the end may not have reached the log.
        False = [.. blockers.Where(e => !e.InProgress && !IsReal(e))];
        BlockerEvents = blockers.Count;
        FalseAtLegal = [.. False
            .Select(e => (Event: e, Legal: truth.FirstOrDefault(c => c.Verdict == Verdict.Legal && c.Tid == e.Tid && c.OverlapNs(e.StartNs, e.EndNs) * 2 >= e.DurationNs)))
            .Where(pair => pair.Legal is not null)
            .Select(pair => (pair.Event, pair.Legal!))];
    }

    public JsonReport Report { get; }

    /// <summary>Calls that must be reported, with what stands for them.</summary>
    public IReadOnlyList<Match> Required { get; }

    public IReadOnlyList<Match> Missed => [.. Required.Where(m => m.Event is null)];

    public IReadOnlyList<Match> Found => [.. Required.Where(m => m.Event is not null)];

    /// <summary>Calls that need not be reported, since the hypervisor took part of their time, with the starved poll of each.</summary>
    public IReadOnlyList<Match> Stolen { get; }

    /// <summary>Reported blockers in all, and those that no logged blocking call explains.</summary>
    public int BlockerEvents { get; }

    public IReadOnlyList<JsonEvent> False { get; }

    /// <summary>False blockers that mostly lie within a call that is legal.</summary>
    public IReadOnlyList<(JsonEvent Event, TruthCall Call)> FalseAtLegal { get; }

    public IReadOnlyList<Match> WrongCause => [.. Found.Where(m => m.Group?.Cause != m.Call.Cause)];

    public IReadOnlyList<Match> NotNamed => [.. Found.Where(m => m.Group?.Names(m.Call.Function) != true)];

    public IReadOnlyList<Match> NotCulprit => [.. Found.Where(m => m.Group?.IsCulprit(m.Call.Function) != true)];

    /// <summary>The 95th percentile of <see cref="Match.RelativeError"/>: above 1 is too much.</summary>
    public double P95RelativeError
    {
        get
        {
            var errors = Found.Select(m => m.RelativeError).Order().ToList();
            return errors.Count == 0 ? 0 : errors[(int)Math.Ceiling(errors.Count * 0.95) - 1];
        }
    }

    private static Match Find(TruthCall call, IEnumerable<JsonEvent> events, JsonReport report)
    {
        var best = events.MaxBy(e => call.OverlapNs(e.StartNs, e.EndNs));
        return best is not null && Covers(call, best)
            ? new Match(call, best, report.GroupOf(best))
            : new Match(call, null, null);
    }

    private static bool Covers(TruthCall call, JsonEvent poll)
    {
        var overlap = call.OverlapNs(poll.StartNs, poll.EndNs);
        return overlap * 2 >= Math.Min(call.WallNs, poll.DurationNs) && overlap > 0;
    }

    /// <summary>Half of its own time is a call's: how long it waited for a CPU before or after is not the call's affair.</summary>
    private bool IsReal(JsonEvent poll) =>
        _blockingCalls.TryGetValue(poll.Tid, out var calls)
        && calls.Any(c => c.OverlapNs(poll.StartNs, poll.EndNs) * 2 >= poll.DurationNs - poll.RunQueueNs);
}
