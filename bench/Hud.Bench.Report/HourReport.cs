using Hud.Analysis.Model;

namespace Hud.Bench.Reporting;

/// <summary>An hour at 200 findings a second: 720,000 polls of 8 workers in 120 places, each place with 12 stacks of 30 frames.</summary>
internal static class HourReport
{
    private const int Polls = 3600 * 200, Places = 120, StacksEach = 12, Depth = 30, Workers = 8;
    private const long StartNs = 5_000_000_000_000;
    private const long DurationNs = 3_600_000_000_000;

    public static Report Create()
    {
        var random = new Random(1);
        var causes = Causes.All.Where(c => c.Word != Causes.CpuStarved).ToArray();
        var events = new PollRecord[Polls];
        var lengths = new List<long>[Places];
        for (var i = 0; i < Places; i++)
            lengths[i] = [];
        for (var i = 0; i < Polls; i++)
        {
            // A few places make most of the polls, as they do in real programs.
            var place = (int)(Places * Math.Pow(random.NextDouble(), 3));
            var ns = 5_000_000 + (long)(-4_000_000 * Math.Log(1 - random.NextDouble()));
            lengths[place].Add(ns);
            events[i] = new PollRecord
            {
                StartNs = StartNs + DurationNs / Polls * i,
                DurationNs = ns + 40_000,
                OnCpuNs = ns / 20,
                BlockedNs = ns - ns / 20,
                RunQueueNs = 40_000,
                Tid = 4000 + i % Workers,
                TaskId = (ulong)i,
                Blocker = Id(place),
            };
        }

        return new Report
        {
            Tool = new ToolInfo("hud", "bench"),
            Target = new TargetInfo { Pid = 4000, Name = "hour", TokioVersion = "1.44.1", Runtimes = [new RuntimeInfo("multi_thread", Workers)] },
            Session = new SessionInfo { StartedAt = DateTimeOffset.UnixEpoch, StartNs = StartNs, DurationNs = DurationNs, ThresholdNs = 5_000_000, Tracker = "sampled", SamplePeriodNs = 1_000_000 },
            Workers = [.. Enumerable.Range(0, Workers).Select(w => new WorkerInfo { Tid = 4000 + w, Name = "tokio-runtime-worker", Index = w, OnCpuNs = DurationNs / 4, BlockedNs = DurationNs / 4, IdleNs = DurationNs / 2, Blockers = Polls / Workers })],
            Blockers = [.. Enumerable.Range(0, Places).Where(p => lengths[p].Count > 0).Select(p => Group(p, causes[p % causes.Length], lengths[p], random)).OrderByDescending(b => b.TotalNs)],
            Events = events,
        };
    }

    private static string Id(int place) => $"{place:x12}";

    private static Blocker Group(int place, Causes.Cause cause, List<long> lengths, Random random)
    {
        lengths.Sort();
        long total = lengths.Sum(), cpu = lengths.Sum(n => n / 20);
        var culprit = Frame($"service::module_{place % 9}::handler_{place}::<async fn>", FrameKind.User, place);
        var call = Frame($"std::fs::read_{place % 5}", FrameKind.Std, place);
        var stacks = new WeightedStack[StacksEach];
        for (var s = 0; s < StacksEach; s++)
        {
            var frames = new Frame[Depth];
            for (var d = 0; d < Depth; d++)
                frames[d] = d switch { 6 => culprit, 5 => call, < 5 => Frame($"do_sys_{d}_{random.Next(4)}", FrameKind.Kernel, d), _ => Frame($"service::layer_{d}::Middleware<T>::call_{(s + place) % 7}", d % 3 == 0 ? FrameKind.Tokio : FrameKind.User, d) };
            stacks[s] = new WeightedStack(lengths.Count / StacksEach, total / StacksEach, frames);
        }

        return new Blocker
        {
            Id = Id(place), Cause = cause.Word, Culprit = culprit, Call = call, Task = new TaskInfo(null, "service::run::<async fn>", null),
            Count = lengths.Count, TotalNs = total, MaxNs = lengths[^1], P50Ns = lengths[lengths.Count / 2], P99Ns = lengths[lengths.Count * 99 / 100],
            OnCpuNs = cpu, BlockedNs = total - cpu, RunQueueNs = 40_000L * lengths.Count, Workers = [.. Enumerable.Range(4000, Workers)], Advice = cause.Advice, Stacks = stacks,
        };
    }

    private static Frame Frame(string function, FrameKind kind, int line) => new(function, "service", $"/home/dev/service/src/module_{line % 9}.rs", line + 1, false, kind, "0x55d0c0de1000");
}
