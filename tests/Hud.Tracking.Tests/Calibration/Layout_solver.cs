using CsCheck;
using Hud.Target;
using Hud.Tracking.Calibration;

namespace Hud.Tracking.Tests.Calibration;

public sealed class Layout_solver
{
    private static readonly Gen<SyntheticBuild> Builds =
        from tls in Gen.Int[16, 256]
        from scheduler in Gen.Int[1, 7]
        from taskId in Gen.Int[8, 15]
        from toContext in Gen.Int[0, 3]
        from tag in Gen.ULong[0, 3]
        from words in Gen.Shuffle(new[] { 0, 1, 2, 3 })
        from core in Gen.Shuffle(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 })
        from owner in Gen.Shuffle(new[] { 2, 3, 4 })
        select new SyntheticBuild
        {
            TlsBytes = tls * 8,
            SchedulerTls = -scheduler * 8,
            TaskIdTls = -taskId * 8,
            ToContext = toContext * 8,
            Tag = tag,
            ContextWorker = words[0] * 8,
            ContextCore = words[1] * 8,
            CorePark = core[0] * 8,
            CoreTick = core[1] * 8 + 4,
            WorkerHandleWord = owner[0],
            WorkerIndexWord = owner[1],
        };

    [Fact]
    public void Finds_every_number_whatever_the_build() => Gen.Select(Builds, Gen.Int).Sample((build, seed) =>
    {
        var solution = Solve(Run(build, seed, workers: 2, rounds: 24));
        Assert.Null(solution.Missing);
        Assert.Equal(Whole(build), solution.Layout);
    }, iter: 200);

    [Fact]
    public void Never_names_a_wrong_place_however_little_it_has_seen() => Gen.Select(Builds, Gen.Int, Gen.Int[0, 12]).Sample((build, seed, rounds) =>
    {
        var layout = Solve(Run(build, seed, workers: 1 + seed % 2 * (seed % 2), rounds)).Layout;
        if (layout is null)
            return;
        Assert.Equal(
            (build.SchedulerTls, build.ContextCore, build.CoreTick, build.CorePark),
            (layout.SchedulerTls, layout.ContextCore, layout.CoreTick, layout.Parker.Offset));
        Assert.True(layout.CurrentTaskIdTls is null || layout.CurrentTaskIdTls == build.TaskIdTls);
        Assert.True(layout.OwnerIndex is null || layout.OwnerIndex == build.WorkerIndexWord * 8);
    }, iter: 400);

    private static readonly SchedulerTraits New = new(HasTaskIds: true, SchedulerLayout.WholeTick), Old = new(HasTaskIds: false, TickSize: 1);

    /// <summary>Tokio up to 1.18.</summary>
    [Fact]
    public void Finds_a_count_in_one_byte_and_asks_for_no_task_ids() => Gen.Select(Builds, Gen.Int, Gen.Int[0, 3]).Sample((build, seed, into) =>
    {
        var old = build with { TickSize = 1, CoreTick = build.CoreTick + into };
        var solution = Solve(Run(old, seed, workers: 2, rounds: 24), Old);
        Assert.True(solution.IsComplete);
        Assert.Equal(Whole(old) with { TickSize = 1, CurrentTaskIdTls = null }, solution.Layout);
    }, iter: 200);

    [Fact]
    public void A_count_in_one_byte_takes_more_to_be_told() => Gen.Select(Builds, Gen.Int, Gen.Int[0, 12]).Sample((build, seed, rounds) =>
    {
        var old = build with { TickSize = 1 };
        var layout = Solve(Run(old, seed, workers: 2, rounds), Old).Layout;
        Assert.True(layout is null || layout.CoreTick == old.CoreTick);
    }, iter: 400);

    /// <summary>Builds that keep poll time histograms, with <c>tokio_unstable</c>.</summary>
    [Theory]
    [InlineData(296, 308)]
    [InlineData(304, 20)]
    [InlineData(1016, 1012)]
    public void Finds_every_number_of_a_large_Core(int park, int tick)
    {
        var build = new SyntheticBuild { CoreBytes = 1024, CorePark = park, CoreTick = tick };
        var solution = Solve(Run(build, seed: 1, workers: 2, rounds: 24));
        Assert.Null(solution.Missing);
        Assert.Equal(Whole(build), solution.Layout);
    }

    [Fact]
    public void A_new_runtime_in_the_memory_of_one_that_was_dropped_refutes_nothing()
    {
        var (build, random) = (new SyntheticBuild(), new Random(5));
        var snapshots = new List<Snapshot>();
        for (var tid = 1; tid <= 12; tid++)
        {
            var worker = new SyntheticWorker(build, tid, index: 0, random, coreAt: 1);
            for (ulong task = 0; task < 3; task++)
                snapshots.AddRange([worker.Call((ulong)tid * 10 + task), worker.InTask(), worker.Parked()]);
        }

        var solution = Solve(snapshots);
        Assert.NotNull(solution.Layout);
        Assert.Equal((build.CorePark, build.CoreTick), (solution.Layout.Parker.Offset, solution.Layout.CoreTick));
    }

    [Fact]
    public void Idle_target() => Assert.Equal("no worker has run a task yet", Solve([]).Missing);

    [Fact]
    public void Workers_that_never_park_leave_the_parker_open()
    {
        var snapshots = Run(new SyntheticBuild(), seed: 1, workers: 2, rounds: 24).Where(s => s.Syscall == -1).ToList();
        var solution = Solve(snapshots);
        Assert.Null(solution.Layout);
        Assert.Equal("no worker has parked yet", solution.Missing);
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(40, true)]
    public void One_task_alone_proves_the_task_id_only_when_seen_often(int rounds, bool proven)
    {
        var build = new SyntheticBuild();
        var worker = new SyntheticWorker(build, tid: 1, index: 0, new Random(3));
        var snapshots = Enumerable.Range(0, rounds).SelectMany(_ => new[] { worker.Call(77), worker.InTask(), worker.Parked() }).ToList();
        var solution = Solve(snapshots);
        Assert.NotNull(solution.Layout);
        Assert.Equal(proven ? build.TaskIdTls : null, solution.Layout.CurrentTaskIdTls);
        Assert.Equal(proven, solution.Missing is null);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Two_tasks_prove_the_task_id_where_it_is_always_the_same_between_polls(bool changes, bool proven)
    {
        var build = new SyntheticBuild();
        var worker = new SyntheticWorker(build, tid: 1, index: 0, new Random(3));
        var snapshots = Enumerable.Range(0, 8).SelectMany(i => new[] { worker.Call(70 + (ulong)(i % 2)), worker.InTask(), worker.Parked() }).ToList();
        var word = (int)(build.TaskIdTls - snapshots[0].TlsStart);
        if (changes)
            snapshots[6].Tls[word]++;
        Assert.Equal(proven ? build.TaskIdTls : null, Solve(snapshots).Layout!.CurrentTaskIdTls);
    }

    [Fact]
    public void A_futex_wait_inside_a_task_is_no_park()
    {
        const int Futex = 202;
        var worker = new SyntheticWorker(new SyntheticBuild(), tid: 1, index: 0, new Random(4));
        var snapshots = Enumerable.Range(0, 40).SelectMany(i => new[] { worker.Call((ulong)i + 100), worker.InTask(Futex), worker.Parked(Futex) }).ToList();
        Assert.Equal(8, Solve(snapshots).Layout?.Parker.Offset);
    }

    [Fact]
    public void Calls_without_a_snapshot_are_allowed_for()
    {
        var build = new SyntheticBuild();
        var worker = new SyntheticWorker(build, tid: 1, index: 0, new Random(5));
        var snapshots = new List<Snapshot>();
        for (var i = 0; i < 400; i++)
        {
            var call = worker.Call((ulong)i + 100, ticks: 1 + i % 3);
            if (i % 10 == 0)
                snapshots.AddRange([call, worker.InTask(), worker.Parked(), worker.Between()]);
        }
        Assert.Equal(build.CoreTick, Solve(snapshots).Layout?.CoreTick);
    }

    [Fact]
    public void Calls_between_two_rounds_of_probes_are_allowed_for()
    {
        var build = new SyntheticBuild();
        var worker = new SyntheticWorker(build, tid: 1, index: 0, new Random(5));
        var snapshots = new List<Snapshot>();
        for (var i = 0; i < 40; i++)
        {
            if (i % 8 == 0)
                worker.NewRound(uncounted: 1_000_000);
            snapshots.AddRange([worker.Call((ulong)i + 100), worker.InTask(), worker.Parked(), worker.Between()]);
        }
        Assert.Equal(build.CoreTick, Solve(snapshots).Layout?.CoreTick);
    }

    [Fact]
    public void Where_task_ids_alone_are_open_the_few_moments_that_may_tell_are_kept_among_the_many_that_do_not()
    {
        var build = new SyntheticBuild();
        var worker = new SyntheticWorker(build, tid: 1, index: 0, new Random(6));
        var queue = new SnapshotQueue();
        foreach (var snapshot in Enumerable.Range(0, 40).SelectMany(_ => new[] { worker.Call(0), worker.InTask(), worker.Parked() }))
            queue.Add(snapshot);
        Assert.True(Solve(queue.ToList()) is { Layout: not null, IdsAlone: true });

        queue.WantTaskIds();
        for (var i = 0; i < 20_000; i++)
        {
            queue.Add(worker.Call((ulong)(i / 1000) + 100));
            queue.Add(i % 1000 == 0 ? worker.InTask() : worker.Between());
        }

        Assert.Equal(20_080, queue.Moments);
        var solution = Solve(queue.ToList());
        Assert.Equal(build.TaskIdTls, solution.Layout?.CurrentTaskIdTls);
        Assert.False(solution.IdsAlone);
    }

    [Fact]
    public void A_worker_that_seldom_runs_and_waits_that_are_few_are_kept_beside_one_that_polls_all_the_time()
    {
        var build = new SyntheticBuild();
        var (seldom, busy) = (new SyntheticWorker(build, tid: 1, index: 0, new Random(7)), new SyntheticWorker(build, tid: 2, index: 1, new Random(8)));
        var queue = new SnapshotQueue();
        for (var i = 0; i < 6; i++)
        {
            foreach (var snapshot in new[] { seldom.Call((ulong)i + 100), seldom.InTask(), seldom.Parked() })
                queue.Add(snapshot);
        }

        for (var i = 0; i < 20_000; i++)
        {
            queue.Add(busy.Call((ulong)i + 200));
            queue.Add(busy.InTask());
        }

        Assert.Equal(new Solution(Whole(build), null), Solve(queue.ToList()));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(7, true)]
    public void A_lone_worker_tells_its_index_unless_that_is_0(int index, bool told)
    {
        var build = new SyntheticBuild();
        var worker = new SyntheticWorker(build, tid: 1, index, new Random(9));
        var snapshots = Enumerable.Range(0, 40).SelectMany(i => new[] { worker.Call((ulong)i + 100), worker.InTask(), worker.Parked() }).ToList();

        var layout = Solve(snapshots).Layout;

        Assert.Equal(
            (build.ContextWorker, told ? build.WorkerIndexWord * 8 : null, build.WorkerHandleWord * 8),
            (layout?.ContextOwner, layout?.OwnerIndex, layout?.OwnerHandle));
    }

    /// <summary>What is to be found where nothing is left open.</summary>
    private static SchedulerLayout Whole(SyntheticBuild build) => new()
    {
        SchedulerTls = build.SchedulerTls,
        ToContext = build.ToContext,
        Tag = build.ToContext > 0 ? new SchedulerTag(0, 8, build.Tag) : null,
        ContextCore = build.ContextCore,
        CoreTick = build.CoreTick,
        Parker = new ParkerNiche(build.CorePark, 8, 0),
        CurrentTaskIdTls = build.TaskIdTls,
        ContextOwner = build.ContextWorker,
        OwnerIndex = build.WorkerIndexWord * 8,
        OwnerHandle = build.WorkerHandleWord * 8,
    };

    private static Solution Solve(IReadOnlyList<Snapshot> snapshots, SchedulerTraits? traits = null) => LayoutSolver.Solve(snapshots, traits ?? New);

    private static List<Snapshot> Run(SyntheticBuild build, int seed, int workers, int rounds)
    {
        var random = new Random(seed);
        var threads = Enumerable.Range(0, workers).Select(i => new SyntheticWorker(build, 1000 + i, i, random)).ToList();
        var snapshots = new List<Snapshot>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var thread in threads)
            {
                snapshots.Add(thread.Call((ulong)random.Next(1000, 100000), ticks: random.Next(1, 8)));
                snapshots.Add(thread.InTask(random.Next(3) == 0 ? 1 : -1));
                if (random.Next(2) == 0)
                    snapshots.Add(thread.Between());
                if (random.Next(2) == 0)
                    snapshots.Add(thread.Parked());
            }
        }
        return snapshots;
    }
}
