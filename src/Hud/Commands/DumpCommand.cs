using System.CommandLine;
using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.CommandLine;
using Hud.Sessions;
using Hud.Target;
using Hud.Tracking;
using Hud.Tracking.Events;
using Hud.Tracking.Kernel;

namespace Hud.Commands;

/// <summary><c>hud dump PROCESS</c>: what every worker does now, with its stack, while the target goes on running.</summary>
internal static class DumpCommand
{
    /// <summary>How long to wait for the layout of Tokio's memory and for workers that run to be seen.</summary>
    private const long PatienceNs = 2_000_000_000;

    /// <summary>A running worker shows its stack at its next sample; one that sleeps at once.</summary>
    private const long SettleNs = 300_000_000;

    /// <summary>One look is all that a running worker needs; a sample takes tens of microseconds of it on some virtual machines.</summary>
    private const long SamplePeriodNs = 1_000_000;

    /// <summary>Polls younger than this are not worth their age.</summary>
    private const long ShortestShownNs = 100_000;

    public static Command Create()
    {
        var session = new SessionOptions();
        var all = new Option<bool>("--all") { Description = "Threads that are no workers too." };
        var command = new Command("dump", "Show every worker now: role, task, state, age of its poll, stack. The target is not stopped.") { session.Name, session.Pid, session.Workers, session.Symbols, all };
        command.SetAction(parse => Run(parse.GetValue(session.Name), parse.GetValue(session.Pid), parse.GetValue(session.Workers), parse.GetValue(session.Symbols), parse.GetValue(all)));
        return command;
    }

    private static int Run(string? name, int? pid, string? workersPrefix, string? symbols, bool all)
    {
        if (name is null && pid is null) throw new HudException("name a process, or give --pid", "hud ps lists the Tokio processes", ExitCode.WrongUsage);
        var target = pid is { } id ? TargetProcess.Open(id) : TargetProcess.Find(name!).Single();
        Preflight.RequireHost();
        using var modules = new ProcessModules(target, new ModuleOptions { SymbolsPath = symbols });
        var stacks = new LatestStacks();
        var namer = new StackNamer(modules, new KernelSymbols());
        var options = new TrackerOptions
        {
            ThresholdNs = ShortestShownNs,
            SamplePeriodNs = SamplePeriodNs,
            WorkersPrefix = workersPrefix,
            PlaceOfWait = stack => SessionAnalysis.PlaceOf(namer.Name(stack)),
        };
        using var tracker = TrackerSession.Start(target, modules, options, stacks);

        var start = MonotonicClock.NowNs;
        while (MonotonicClock.NowNs - start < PatienceNs && !tracker.IsTracking && !tracker.TargetExited) Drain(tracker, 20);
        tracker.RequestSnapshot();
        var asked = MonotonicClock.NowNs;
        var polls = new Dictionary<PollKey, PollEvent>();
        while (MonotonicClock.NowNs - asked < SettleNs && !tracker.TargetExited)
        {
            Drain(tracker, 10);
            foreach (var poll in tracker.InProgress()) polls[poll.Key] = poll;
        }

        var threads = tracker.Workers().Where(w => all || w.IsWorker).OrderBy(w => w.RuntimeId).ThenBy(w => w.Index).ThenBy(w => w.Tid).ToArray();
        Console.Out.WriteLine($"{target.Name} ({target.Pid}), {tracker.Tracker} tracker: {tracker.Reason}");
        foreach (var gap in tracker.Gaps(MonotonicClock.NowNs)) Console.Out.WriteLine(gap);
        foreach (var thread in threads) Write(thread, RuntimesOfTarget.Of(thread.Module, tracker.Modules), polls, stacks.Of(thread.Tid), namer);
        if (threads.Length == 0) Console.Out.WriteLine("no worker was seen; --all shows every thread");
        return (int)ExitCode.Done;
    }

    private static void Drain(TrackerSession tracker, int milliseconds)
    {
        tracker.Drain();
        Thread.Sleep(milliseconds);
    }

    private static void Write(WorkerTotals thread, TokioModule? module, Dictionary<PollKey, PollEvent> polls, StackEvent? stack, StackNamer namer)
    {
        // The poll that the stack belongs to, not the one that runs by now.
        var poll = stack is null ? null : polls.GetValueOrDefault(stack.Poll);
        var role = !thread.IsWorker ? "thread" : thread.Index >= 0 ? $"worker {thread.Index}" : "worker";
        Console.Out.WriteLine();
        var whose = module is null || !thread.IsWorker ? "" : $" of {module.Name}";
        Console.Out.WriteLine($"{role}{whose} \"{thread.Name}\" (tid {thread.Tid}): {ThreadStateText.Of(thread, poll, stack)}");
        if (stack is null)
        {
            Console.Out.WriteLine("    no stack: it neither slept nor ran while hud looked");
            return;
        }
        var named = namer.Name(stack);
        foreach (var frame in named.Frames)
        {
            var mark = frame.Kind == FrameKind.User ? '>' : ' ';
            var where = frame.File is null ? frame.Kind == FrameKind.Kernel ? "kernel" : frame.Module ?? "" : frame.Line is { } line ? $"{frame.File}:{line}" : frame.File;
            Console.Out.WriteLine($"  {mark} {frame.Function}{(frame.Inlined ? " (inlined)" : "")}  {where}");
        }
        if (named.CutReason is { } reason) Console.Out.WriteLine($"    … {reason}");
    }

    /// <summary>Keeps the newest stack of each thread.</summary>
    private sealed class LatestStacks : ITrackerSink
    {
        private readonly Dictionary<int, StackEvent> _stacks = [];

        public StackEvent? Of(int tid) => _stacks.GetValueOrDefault(tid);

        public void OnStack(StackEvent stack)
        {
            if (stack.Kind != StackKind.Waker) _stacks[stack.Tid] = stack;
        }

        public void OnPoll(PollEvent poll)
        {
        }

        public void OnPollWithdrawn(PollKey poll)
        {
        }

        public void OnDriverStall(DriverStallEvent stall)
        {
        }

        public void OnThread(ThreadEvent thread)
        {
        }
    }
}
