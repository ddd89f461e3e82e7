using CsCheck;
using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Analysis.Session;
using Hud.Tracking.Events;

namespace Hud.Analysis.Tests;

/// <summary>What holds for every stream of events, whatever a tracker sends.</summary>
public sealed class InvariantTests
{
    private static readonly string[] Stacks =
    [
        "do_nanosleep@k ; std::thread::sleep@s ; app::nap@u:1 ; tokio::runtime::task::raw::poll@t",
        "do_nanosleep@k ; std::thread::sleep@s ; app::nap@u:2 ; tokio::runtime::task::raw::poll@t",
        "futex_wait@k ; std::sync::Mutex::lock@s ; app::lock@u ; tokio::runtime::task::raw::poll@t",
        "app::spin@u:3 ; tokio::runtime::task::raw::poll@t",
        "app::spin@u:4 ; tokio::runtime::task::raw::poll@t",
        "futex_wait@k ; std::sync::Mutex::lock@s ; CUT",
        "CUT",
    ];

    private sealed record Piece(StackKind Kind, int Stack, long Ns, int Syscall);

    private sealed record Episode(int Tid, long Start, long OnCpu, long Asleep, long RunQueue, Piece[] Pieces, bool Running);

    private static readonly Gen<Piece> Pieces =
        Gen.Select(Gen.Enum<StackKind>(), Gen.Int[0, Stacks.Length - 1], Gen.Long[0, 20_000_000], Gen.Int[0, 3].Select(i => new[] { -1, 202, 230, 74 }[i]))
            .Select((kind, stack, ns, syscall) => new Piece(kind, stack, ns, syscall));

    private static readonly Gen<Episode> Episodes =
        Gen.Select(Gen.Int[100, 103], Gen.Long[0, 5_000_000_000], Gen.Long[0, 30_000_000], Gen.Long[0, 30_000_000], Gen.Long[0, 20_000_000], Pieces.Array[0, 12], Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true))))
            .Select((tid, start, cpu, asleep, queue, pieces, running) => new Episode(tid, start, cpu, asleep, queue, pieces, running));

    private static SessionAnalysis Play(IReadOnlyList<Episode> episodes, AnalysisOptions? options = null, Func<Piece[], Piece[]>? order = null)
    {
        var script = new Script();
        var analysis = script.Analysis(options);
        ulong sequence = 0;
        foreach (var episode in episodes)
        {
            var key = new PollKey(episode.Tid, ++sequence);
            foreach (var piece in order is null ? episode.Pieces : order(episode.Pieces))
            {
                var names = Stacks[piece.Stack].Split(';', StringSplitOptions.TrimEntries).ToList();
                var cut = names.Remove("CUT");
                analysis.OnStack(script.Add(
                    new StackEvent
                    {
                        Poll = key,
                        Kind = piece.Kind,
                        TimestampNs = 0,
                        Tid = key.Tid,
                        DurationNs = piece.Kind is StackKind.Asleep or StackKind.RunQueue ? piece.Ns : 0,
                        Syscall = piece.Syscall,
                        SyscallArgs = [1, 0, 0, 0, 0, 0],
                        KernelStack = [1],
                    },
                    new NamedStack([.. names.Select(Script.FrameOf)], cut ? "cut" : null)));
            }
            analysis.OnPoll(new PollEvent(key, 1, episode.Start, episode.Start + episode.OnCpu + episode.Asleep + episode.RunQueue, episode.OnCpu, episode.Asleep, episode.RunQueue, 0, episode.Running)
            {
                WaitingTasks = episode.Start % 3 == 0 ? null : (int)(episode.Start % 5),
            });
        }
        return analysis;
    }

    private static void AssertAddsUp(Report report)
    {
        foreach (var blocker in report.Blockers.Concat(report.Starved))
        {
            var events = report.Events.Where(e => e.Blocker == blocker.Id).ToList();
            Assert.Equal(events.All(e => e.WaitingTasks is null) ? null : events.Sum(e => (long?)e.WaitingTasks), blocker.WaitingTasks);
            Assert.Equal(blocker.Count, events.Count);
            Assert.Equal(blocker.TotalNs, events.Sum(e => e.Starved ? e.DurationNs : e.OnCpuNs + e.BlockedNs));
            Assert.Equal(blocker.OnCpuNs, events.Sum(e => e.OnCpuNs));
            Assert.Equal(blocker.BlockedNs, events.Sum(e => e.BlockedNs));
            Assert.Equal(blocker.RunQueueNs, events.Sum(e => e.RunQueueNs));
            Assert.Equal(blocker.TotalNs, blocker.Stacks.Sum(s => s.Ns));
            Assert.All(blocker.Stacks, s => Assert.True(s.Ns > 0 && s.Count > 0));
            Assert.Equal(blocker.TotalNs, blocker.CauseShares.Sum(c => c.Ns));
            Assert.Equal(blocker.TotalNs, blocker.WorkerShares.Sum(w => w.Ns));
            Assert.Equal(blocker.Count, blocker.WorkerShares.Sum(w => w.Count));
            Assert.True(blocker.P50Ns <= blocker.P99Ns && blocker.P99Ns <= blocker.MaxNs && blocker.MaxNs <= blocker.TotalNs);
        }
        var ids = report.Blockers.Concat(report.Starved).Select(b => b.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(report.Events, e => Assert.Contains(e.Blocker!, ids));
        Assert.All(report.Events, e => Assert.Equal(e.DurationNs, e.OnCpuNs + e.BlockedNs + e.RunQueueNs));
        Assert.Equal(report.Events.Select(e => e.StartNs).Order(), report.Events.Select(e => e.StartNs));
    }

    [Fact]
    public void Sums_agree_to_the_nanosecond() =>
        Episodes.Array[0, 40].Sample(episodes => AssertAddsUp(Play(episodes).At()));

    [Fact]
    public void They_agree_in_a_window_under_any_threshold_and_after_changes_of_both() =>
        Gen.Select(Episodes.Array[0, 40], Gen.Long[1, 6_000_000_000], Gen.Long[1, 40_000_000]).Sample((episodes, window, threshold) =>
        {
            var analysis = Play(episodes);
            analysis.WindowNs = window;
            AssertAddsUp(analysis.At(5_000));
            AssertAddsUp(analysis.At(6_000));
            analysis.ThresholdNs = threshold;
            AssertAddsUp(analysis.At(6_100));
            analysis.WindowNs = null;
            AssertAddsUp(analysis.At(6_200));
        });

    [Fact]
    public void A_longer_window_never_shows_less() =>
        Gen.Select(Episodes.Array[0, 30], Gen.Long[0, 3_000_000_000], Gen.Long[0, 3_000_000_000]).Sample((episodes, shorter, more) =>
        {
            var analysis = Play([.. episodes.OrderBy(e => e.Start)]);
            analysis.WindowNs = shorter;
            var less = analysis.At(5_000);
            analysis.WindowNs = shorter + more;
            var report = analysis.At(5_000);
            Assert.True(report.Events.Count >= less.Events.Count);
            Assert.True(report.Blockers.Sum(b => b.TotalNs) >= less.Blockers.Sum(b => b.TotalNs));
        });

    [Fact]
    public void The_order_of_a_polls_stacks_does_not_matter() =>
        Gen.Select(Episodes.Array[1, 10], Gen.Int).Sample((episodes, seed) =>
        {
            // The newest snapshot counts, so snapshots keep their order.
            var plain = episodes.Select(e => e with { Pieces = [.. e.Pieces.Where(p => p.Kind != StackKind.Snapshot)] }).ToArray();
            var one = Play(plain).At();
            var other = Play(plain, order: pieces => [.. pieces.OrderBy(p => HashCode.Combine(seed, p.Stack, p.Ns, p.Kind))]).At();
            Assert.Equal(one.Blockers.Select(b => (b.Id, b.TotalNs, b.Detail)), other.Blockers.Select(b => (b.Id, b.TotalNs, b.Detail)));
            Assert.Equal(one.Starved.Select(b => (b.Id, b.TotalNs)), other.Starved.Select(b => (b.Id, b.TotalNs)));
        });

    [Fact]
    public void Caps_hold_and_group_sums_stay_whole() =>
        Episodes.Array[0, 60].Sample(episodes =>
        {
            var options = new AnalysisOptions { MaxEvents = 5, MaxStacksPerBlocker = 2, MaxStacksPerPoll = 3, MaxRawStacksPerPoll = 2, MaxOpenPollsPerThread = 2, MaxDetailsPerBlocker = 1, MaxRawBytes = 100 };
            var report = Play([.. episodes.Select(e => e with { Running = false })], options).At();
            Assert.True(report.Events.Count <= 5);
            Assert.Equal(report.Blockers.Concat(report.Starved).Sum(b => b.Count), report.Events.Count + report.Session.EventsLeftOut);
            foreach (var blocker in report.Blockers.Concat(report.Starved))
            {
                Assert.True(blocker.Stacks.Count <= 3);
                Assert.Equal(blocker.TotalNs, blocker.Stacks.Sum(s => s.Ns));
                Assert.Equal(blocker.TotalNs, blocker.CauseShares.Sum(c => c.Ns));
            }
        });

    [Fact]
    public void Shares_add_up_and_keep_the_order_of_their_weights() =>
        Gen.Select(Gen.Long[0, long.MaxValue / 4], Gen.Long[0, long.MaxValue / 64].Array[1, 12]).Sample((total, weights) =>
        {
            var shares = Shares.Of(total, weights);
            Assert.Equal(total, shares.Sum());
            for (var i = 0; i < weights.Length; i++)
            {
                for (var j = 0; j < weights.Length; j++)
                {
                    if (weights[i] > weights[j]) Assert.True(shares[i] >= shares[j]);
                }
            }
        });

    [Fact]
    public void Percentiles_are_within_a_fifth_of_a_percent_and_values_can_leave() =>
        Gen.Long[0, 1L << 40].Array[1, 200].Sample(values =>
        {
            var histogram = new DurationHistogram();
            foreach (var value in values.Concat(values)) histogram.Add(value);
            foreach (var value in values) histogram.Remove(value);
            var sorted = values.Order().ToArray();
            foreach (var p in (double[])[0.01, 0.5, 0.99, 1])
            {
                var exact = sorted[Math.Max(0, (int)Math.Ceiling(p * sorted.Length) - 1)];
                Assert.InRange(histogram.Percentile(p), exact, exact + (exact / 500) + 1);
            }
        });
}
