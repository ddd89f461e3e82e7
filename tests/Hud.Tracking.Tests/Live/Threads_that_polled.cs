using Hud.Target;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;
using Hud.Tracking.Tests.Kernel;

namespace Hud.Tracking.Tests.Live;

/// <summary>Where probes give way to the scheduler tracker, because the program polls too often for them.</summary>
public sealed class Threads_that_polled
{
    /// <summary>A current_thread runtime's thread has the program's name, not a worker's.</summary>
    [Theory]
    [InlineData("current-thread")]
    [InlineData("local-set")]
    public void Are_followed_whatever_their_name(string runtime)
    {
        Assert.SkipUnless(Root.IsRoot, "attaching needs root");
        using var program = new FixtureProgram("release", runtime, "sleep,light");
        using var modules = new ProcessModules(TargetProcess.Open(program.Pid));
        var module = TokioModule.Find(modules).Module;
        var sink = new Recorder();
        using var tracker = new KernelTracker(TargetProcess.Open(program.Pid), modules, new TrackerOptions { ThresholdNs = 5_000_000 }, sink, exactMulti: true);
        tracker.AddModule();
        tracker.Start(samples: true);
        using (var probes = tracker.StartExact(new PollFunctions(0, module, PollSites.Find(module), 0), multi: true))
        {
            Assert.True(DrainUntil(() => sink.Polls.Count > 0, probes), "probes saw no long poll");
            tracker.StopExact(0);
        }
        var kind = Assert.Single(tracker.Directory.Workers(MonotonicClock.NowNs), w => w.IsWorker).RuntimeKind;
        tracker.TrustFromNow();
        sink.Polls.Clear();

        tracker.StartScheduler(workersPrefix: null);

        Assert.True(DrainUntil(() => sink.Polls.Count >= 3), $"{sink.Polls.Count} waits seen");
        Assert.All(sink.Polls, poll => Assert.Equal(program.Pid, poll.Key.Tid));
        Assert.Equal(kind, Assert.Single(tracker.Directory.Workers(MonotonicClock.NowNs), w => w.IsWorker).RuntimeKind);

        bool DrainUntil(Func<bool> condition, PollProbes? probes = null)
        {
            for (var i = 0; i < 500 && !condition(); i++)
            {
                Thread.Sleep(20);
                tracker.Drain();
                _ = probes?.Update();
            }
            return condition();
        }
    }
}
