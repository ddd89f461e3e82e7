using Hud.Target;
using Hud.Tracking.Calibration;
using Hud.Tracking.Kernel;
using Hud.Tracking.Tests.Kernel;

namespace Hud.Tracking.Tests.Live;

/// <summary>What calibration works out is what the program's DWARF types say, which calibration does not look at.</summary>
public sealed class Calibrated_layout
{
    private const string Calm = "light,sleep,cpu";

    /// <summary>Tasks that poll all the time: probes are put in for rounds.</summary>
    private const string Busy = "light,yields,ping-pong";

    [Theory]
    [InlineData("release-debug", "multi-thread", Calm)]
    [InlineData("release-debug", "current-thread", Calm)]
    [InlineData("release-debug", "local-set", Calm)]
    [InlineData("current-thread/release-debug", "current-thread", Calm)]
    [InlineData("current-thread/release-debug", "local-set", Calm)]
    [InlineData("musl-debug", "multi-thread", Calm)]
    [InlineData("release-debug", "multi-thread", Busy)]
    [InlineData("current-thread/release-debug", "current-thread", Busy)]
    public void Agrees_with_DWARF(string build, string runtime, string scenarios) => Agrees(build, runtime, scenarios, hasMulti: true);

    [Theory]
    [InlineData("release-debug", "multi-thread", Calm)]
    [InlineData("release-debug", "current-thread", Calm)]
    [InlineData("release-debug", "multi-thread", Busy)]
    public void Agrees_where_probes_are_put_in_one_by_one(string build, string runtime, string scenarios) => Agrees(build, runtime, scenarios, hasMulti: false);

    private static void Agrees(string build, string runtime, string scenarios, bool hasMulti)
    {
        Assert.SkipUnless(Root.IsRoot, "attaching needs root");
        using var program = new FixtureProgram(build, runtime, scenarios);
        using var modules = new ProcessModules(TargetProcess.Open(program.Pid));
        var tokio = TokioModule.Find(modules);
        var types = LayoutFromDwarf.TryRead(tokio.Module, out var problem);
        Assert.True(types is not null, problem);

        var allowance = new ProbeAllowance(0.01);
        using var calibrator = new Calibrator(TargetProcess.Open(program.Pid), tokio, PollSites.Find(tokio.Module), hasMulti, allowance);
        SchedulerLayout? Learnt() => runtime == "multi-thread" ? calibrator.Layout?.MultiThread : calibrator.Layout?.CurrentThread;
        for (var i = 0; i < 1500 && Learnt() is not { CurrentTaskIdTls: not null, ContextOwner: not null }; i++)
        {
            Thread.Sleep(20);
            allowance.Earn(MonotonicClock.NowNs, 0);
            _ = calibrator.Step();
        }

        var learnt = Learnt();
        Assert.True(learnt is not null, calibrator.Missing);
        Assert.Equal(types.Dynamic, calibrator.Layout!.Dynamic);
        var expected = runtime == "multi-thread" ? types.MultiThread! : types.CurrentThread!;
        Assert.Equal(FromScheduler(expected), FromScheduler(learnt));
        Assert.Equal((expected.SchedulerTls, expected.CoreTick, expected.CurrentTaskIdTls), (learnt.SchedulerTls, learnt.CoreTick, learnt.CurrentTaskIdTls));
        Assert.InRange(learnt.Parker.Offset, expected.Parker.Offset & ~7, expected.Parker.Offset | 7);
        Assert.True(learnt.Tag is null || expected.Tag is null || learnt.Tag.Value == expected.Tag.Value);
    }

    /// <summary>Its programs run at every system call and sample until then, and copy memory each time.</summary>
    [Theory]
    [InlineData("release", "multi-thread", "light,sleep,cpu,select,root,block-in-place,spawn-blocking,yields,ping-pong")]
    [InlineData("stripped", "multi-thread", "light,sleep,cpu,select,root,block-in-place,spawn-blocking,yields,ping-pong")]
    [InlineData("release", "local-set", Calm)]
    [InlineData("musl", "multi-thread", "timed-sleep,timed-cpu,timed-pipe")]
    public void Is_left_alone_once_it_is_known(string build, string runtime, string scenarios)
    {
        Assert.SkipUnless(Root.IsRoot, "attaching needs root");
        using var program = new FixtureProgram(build, runtime, scenarios);
        using var modules = new ProcessModules(TargetProcess.Open(program.Pid));
        var tokio = TokioModule.Find(modules);
        var allowance = new ProbeAllowance(0.01);
        using var calibrator = new Calibrator(TargetProcess.Open(program.Pid), tokio, PollSites.Find(tokio.Module), hasMulti: true, allowance);

        var (runs, quiet) = (0L, 0);
        for (var i = 0; i < 1000 && quiet < 10; i++)
        {
            Thread.Sleep(20);
            allowance.Earn(MonotonicClock.NowNs, 0);
            _ = calibrator.Step();
            var now = calibrator.Cost.BpfRuns;
            quiet = calibrator.Layout is not null && now == runs ? quiet + 1 : 0;
            runs = now;
        }

        Assert.True(quiet >= 10, $"{runs} runs so far; {calibrator.Missing}");
    }

    /// <summary>Places in the context, counted from where the thread-local points to.</summary>
    private static (int Core, int? Owner) FromScheduler(SchedulerLayout layout) =>
        (layout.ToContext + layout.ContextCore, layout.ToContext + layout.ContextOwner);
}
