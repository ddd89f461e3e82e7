using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hud.Tracking.Events;
using Hud.Tracking.Kernel;
using Hud.Tracking.Scheduler;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Sampled;

/// <summary>Polls that have not ended: their length so far, and the stack of a thread that sleeps in one.</summary>
internal sealed class PollsInProgress(ThreadDirectory threads, BpfMap stacks, RuntimeIds runtimes, UnprovenWaits unproven)
{
    private readonly byte[] _slot = new byte[stacks.ValueSize];

    /// <param name="atLeastNs">Shorter ones are left out.</param>
    /// <param name="sink">Gets a <see cref="StackKind.Snapshot"/> for each poll whose thread sleeps.</param>
    public IReadOnlyList<PollEvent> Read(long nowNs, long atLeastNs, ITrackerSink? sink)
    {
        var found = new List<PollEvent>();
        foreach (var thread in threads.Threads())
        {
            if (thread.LeftPoll != 0)
                sink?.OnPollWithdrawn(new PollKey((int)thread.Tid, thread.LeftPoll));
            if (thread.PollStartNs == 0 || nowNs - (long)thread.PollStartNs < atLeastNs)
                continue;
            if (thread.PollDoubts.HasFlag(WireDoubts.Role) || thread.LeftPoll == thread.Sequence)
                continue;
            var isUnproven = thread.PollDoubts.HasFlag(WireDoubts.Place);
            var stack = sink is not null || isUnproven ? ReadStack(thread, nowNs) : null;
            if (isUnproven && (stack is null || unproven.PlaceOf(stack) != WaitPlace.Poll))
                continue;
            if (stack is not null)
                sink?.OnStack(stack);
            found.Add(Convert(thread, nowNs));
        }
        return found;
    }

    private PollEvent Convert(in WireThread thread, long nowNs)
    {
        var wall = nowNs - (long)thread.PollStartNs;
        var asleep = (long)thread.PollAsleepNs;
        var runQueue = (long)thread.PollRunQueueNs;
        var since = Math.Max(nowNs - (long)thread.SinceNs, 0);
        if (thread.State == WireRunState.RunQueue)
        {
            runQueue += since;
        }
        else if (thread.State == WireRunState.Asleep)
        {
            var slept = thread.WokenNs > thread.SinceNs ? Math.Min((long)(thread.WokenNs - thread.SinceNs), since) : since;
            asleep += slept;
            runQueue += since - slept;
        }
        asleep = Math.Clamp(asleep, 0, wall);
        runQueue = Math.Clamp(runQueue, 0, wall - asleep);
        return new PollEvent(
            new PollKey((int)thread.Tid, thread.Sequence),
            thread.PollTaskId,
            (long)thread.PollStartNs,
            nowNs,
            wall - asleep - runQueue,
            asleep,
            runQueue,
            (long)thread.PollGapNs,
            InProgress: true,
            thread.PollTaskHeader,
            runtimes.Of(thread.Runtime),
            (int)thread.WorkerIndex - 1)
        {
            StolenNs = Math.Min((long)thread.PollStolenNs, runQueue),
            WaitingTasks = WireThread.Waiting(thread.PollWaiting),
            BeganBefore = thread.PollCut != 0,
            StartedChild = thread.PollStartedChild != 0,
            Unproven = thread.PollDoubts.HasFlag(WireDoubts.Place),
        };
    }

    private StackEvent? ReadStack(in WireThread thread, long nowNs)
    {
        if (thread.StackValid == 0 || thread.StackSlot == 0 || thread.State is not (WireRunState.Asleep or WireRunState.RunQueue) ||
            !stacks.TryRead(thread.StackSlot - 1, _slot))
        {
            return null;
        }
        var wire = MemoryMarshal.Read<WireStack>(_slot);
        if ((wire.Version & 1) != 0 || wire.Sequence != thread.Sequence || wire.PollTid != thread.Tid)
            return null;
        var user = _slot.AsSpan(Unsafe.SizeOf<WireStack>());
        var unsent = thread.State == WireRunState.Asleep ? thread.UnsentAsleepNs : thread.UnsentRunQueueNs;
        return StackDecoder.Decode(
            wire,
            user[..(int)Math.Min(wire.UserBytes, (uint)user.Length)],
            StackKind.Snapshot,
            (long)unsent + Math.Max(nowNs - (long)thread.SinceNs, 0));
    }
}
