using System.Runtime.InteropServices;
using Hud.Target;
using Hud.Tracking.Events;
using Hud.Tracking.Sampled;
using Hud.Tracking.Tests.Kernel;

namespace Hud.Tracking.Tests.Live;

/// <summary>No other test runs beside these, which watch the threads of this very process.</summary>
[CollectionDefinition("This process", DisableParallelization = true)]
public sealed class This_process;

/// <summary>The programs loaded, attached and read back, on a thread of this very process.</summary>
[Collection("This process")]
public sealed partial class Live_attach : IDisposable
{
    private static readonly TargetProcess Self = TargetProcess.Open(Environment.ProcessId);

    private readonly ProcessModules _modules = new(Self);

    public void Dispose() => _modules.Dispose();

    [Fact]
    public void A_named_thread_that_sleeps_is_seen_with_its_stack()
    {
        Assert.SkipUnless(Root.IsRoot, "attaching needs root");
        var stop = false;
        var thread = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
                _ = SleepMicroseconds(20_000);
        }) { Name = "hud-sleeper", IsBackground = true };
        var sink = new Recorder();
        using (var tracker = new KernelTracker(Self, _modules, new TrackerOptions { ThresholdNs = 5_000_000 }, sink))
        {
            tracker.Start(samples: true);
            tracker.StartScheduler("hud-sleeper");
            thread.Start();
            for (var i = 0; i < 200 && sink.Polls.Count < 3; i++)
            {
                Thread.Sleep(20);
                tracker.Drain();
            }
            Volatile.Write(ref stop, true);
            Assert.True(tracker.ReadCounters().Switches > 0);
        }
        thread.Join();

        Assert.True(sink.Polls.Count >= 3, $"{sink.Polls.Count} waits seen");
        Assert.All(sink.Polls, poll =>
        {
            Assert.True(poll.AsleepNs >= 15_000_000, $"{poll}");
            Assert.Equal(poll.EndNs - poll.StartNs, poll.OnCpuNs + poll.AsleepNs + poll.RunQueueNs);
        });
        var stack = Assert.Single(sink.Stacks, s => s.Poll == sink.Polls[1].Key && s.Kind == StackKind.Asleep);
        Assert.Equal(SyscallNames.Number("clock_nanosleep"), stack.Syscall);
        Assert.NotEmpty(stack.KernelStack);
        Assert.True(stack.UserStack.Length > 0);
    }

    [Fact]
    public void CPUs_are_sampled_while_threads_switch_often_and_threads_otherwise()
    {
        Assert.SkipUnless(Root.IsRoot, "attaching needs root");
        using var there = new SemaphoreSlim(0);
        using var back = new SemaphoreSlim(0);
        var stop = false;
        using var tracker = new KernelTracker(Self, _modules, new TrackerOptions { ThresholdNs = 5_000_000, SamplePeriodNs = 2_000_000 }, new Recorder());
        tracker.Start(samples: true);
        // Threads are looked at from here on; that no scheduler is found does not matter.
        tracker.AddModule();
        tracker.SetLayout(0, new TokioLayout { Origin = "test" }, longChains: true, insteadOfProbes: false);
        Assert.False(tracker.SamplesCpus);
        // Waits that do not spin: each is a context switch.
        var echo = new Thread(() => { while (!Volatile.Read(ref stop)) { _ = there.AvailableWaitHandle.WaitOne(100) && there.Wait(0); back.Release(); } }) { IsBackground = true };
        var caller = new Thread(() => { while (!Volatile.Read(ref stop)) { there.Release(); _ = back.AvailableWaitHandle.WaitOne(100) && back.Wait(0); } }) { IsBackground = true };
        echo.Start();
        caller.Start();
        Assert.True(DrainUntil(() => tracker.SamplesCpus), "threads are sampled");

        Volatile.Write(ref stop, true);
        echo.Join();
        caller.Join();
        Assert.True(DrainUntil(() => !tracker.SamplesCpus), "CPUs are sampled");

        bool DrainUntil(Func<bool> condition)
        {
            for (var i = 0; i < 300 && !condition(); i++)
            {
                Thread.Sleep(50);
                tracker.Drain();
            }
            return condition();
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int SleepMicroseconds(uint microseconds);
}
