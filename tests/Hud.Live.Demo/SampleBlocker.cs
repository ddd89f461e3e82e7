using Hud.Analysis.Model;

namespace Hud.Live.Demo;

/// <summary>A blocker and the events behind it, made from a few numbers that agree with each other.</summary>
internal sealed record SampleBlocker
{
    public required string Id { get; init; }
    public required string Cause { get; init; }
    public required Frame Culprit { get; init; }
    public Frame? Call { get; init; }
    public string? Detail { get; init; }
    public string? Task { get; init; }
    public required int Count { get; init; }

    /// <summary>The median event; they spread from half to about three times that.</summary>
    public required long EachNs { get; init; }
    public IReadOnlyList<IReadOnlyList<Frame>> Stacks { get; init; } = [];
    public HeldBy? HeldBy { get; init; }

    private long Duration(int i) => EachNs / 2 + EachNs * ((i * 7919L + 13) % 101 * ((i * 31L + 7) % 13)) / 500;

    public IEnumerable<PollRecord> Events(Report report)
    {
        var session = report.Session;
        var window = session.WindowNs ?? session.DurationNs;
        var from = session.StartNs + session.DurationNs - window;
        for (var i = 0; i < Count; i++)
        {
            var duration = Duration(i);
            var asleep = Cause is Causes.Cpu ? 0 : Cause is Causes.CpuStarved ? 0 : duration * 95 / 100;
            var queued = Cause is Causes.CpuStarved ? duration * 9 / 10 : duration / 100;
            yield return new PollRecord
            {
                StartNs = from + (window - 3 * SampleReports.Second) / Count * i + EachNs % 7_000_000,
                DurationNs = duration,
                OnCpuNs = duration - asleep - queued,
                BlockedNs = asleep,
                RunQueueNs = queued,
                Tid = SampleReports.FirstTid + (i * 5 + Id[^1]) % Math.Max(1, report.Workers.Count),
                TaskId = (ulong)(100 + i),
                Blocker = Id,
                Starved = Cause is Causes.CpuStarved,
            };
        }
    }

    public Blocker ToBlocker()
    {
        var events = Events(SampleReports.Empty()).ToList();
        var own = events.Select(e => e.Starved ? e.DurationNs : e.OnCpuNs + e.BlockedNs).Order().ToList();
        return new Blocker
        {
            Id = Id,
            Cause = Cause,
            Culprit = Culprit,
            Call = Call,
            Task = new TaskInfo(null, Task, null),
            Count = Count,
            TotalNs = own.Sum(),
            MaxNs = own[^1],
            P50Ns = own[own.Count / 2],
            P99Ns = own[Math.Min(own.Count - 1, own.Count * 99 / 100)],
            OnCpuNs = events.Sum(e => e.OnCpuNs),
            BlockedNs = events.Sum(e => e.BlockedNs),
            RunQueueNs = events.Sum(e => e.RunQueueNs),
            Workers = [.. events.Select(e => e.Tid).Distinct().Order()],
            CauseShares = [new CauseShare(Cause, own.Sum())],
            WorkerShares = [.. events.GroupBy(e => e.Tid).Select(g => new WorkerShare(g.Key, g.Count(), g.Sum(e => e.Starved ? e.DurationNs : e.OnCpuNs + e.BlockedNs))).OrderByDescending(w => w.Ns)],
            HeldBy = HeldBy is null ? null : [HeldBy],
            Detail = Detail,
            Advice = Causes.Of(Cause).Advice,
            Stacks = [.. Stacks.Select((frames, i) => new WeightedStack(Math.Max(1, Count >> i + 1), own.Sum() >> i + 1, frames))],
        };
    }
}
