using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hud.Tracking.Events;
using Hud.Tracking.Kernel;
using Hud.Tracking.Scheduler;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Sampled;

/// <summary>Turns ring buffer records into calls of an <see cref="ITrackerSink"/>. A record too short for its type, or a poll that ends before it starts, is counted and left out.</summary>
internal sealed class EventDispatcher(ITrackerSink sink, ThreadDirectory threads, RuntimeIds runtimes) : IRecordReader
{
    private readonly ProbeDisturbance _disturbance = new();
    private readonly HeldEvents _held = new();

    /// <summary>Told of return addresses that the exact tracker does not know yet.</summary>
    public Action<ulong>? CallerSeen { get; set; }

    /// <summary>Told of stacks of the kind <see cref="StackKind.Snapshot"/>.</summary>
    public Action<StackEvent>? SnapshotSeen { get; set; }

    /// <summary>They go to the sink, too.</summary>
    public bool DeliversSnapshots { get; set; }

    /// <summary>Told of threads as they appear, with their table slot.</summary>
    public Action<int, int>? ThreadSeen { get; set; }

    /// <summary>Told of the waits that only their stacks can tell for polls, and whether the thread's role is in doubt too.</summary>
    public Action<StackEvent, bool>? UnprovenWaitEnded { get; set; }

    /// <summary>Polls of threads that it refuses are not delivered.</summary>
    public Func<int, bool>? Accepts { get; set; }

    /// <summary>Shorter driver stalls are not delivered.</summary>
    public long ThresholdNs { get; set; }

    /// <summary>Polls that began before are left out: another tracker told of them, and their ends went unseen or are not to be trusted.</summary>
    public long TrustedSinceNs { get; set; }

    /// <summary>Polls left out because hud's own probes held them up.</summary>
    public long Disturbed { get; private set; }

    public bool SawExec { get; private set; }

    public long Malformed { get; private set; }

    public long Stacks { get; private set; }

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (!TryRead<WireHeader>(record, out var header))
            return;
        switch ((WireEventType)header.Type)
        {
            case WireEventType.Poll when TryRead<WirePoll>(record, out var poll):
                if (Accepts?.Invoke((int)header.Tid) != false)
                    OnPoll(poll);
                break;
            case WireEventType.Stack when TryRead<WireStack>(record, out var stack):
                Stacks++;
                var user = record[Unsafe.SizeOf<WireStack>()..];
                var decoded = StackDecoder.Decode(stack, user[..(int)Math.Min(stack.UserBytes, (uint)user.Length)]);
                if (decoded.Kind == StackKind.Snapshot)
                {
                    SnapshotSeen?.Invoke(decoded);
                    if (!DeliversSnapshots)
                        break;
                }
                _disturbance.OnStack(decoded);
                if (decoded is { Unproven: true, Kind: StackKind.Asleep })
                    UnprovenWaitEnded?.Invoke(decoded, stack.Doubts.HasFlag(WireDoubts.Role));
                if (stack.Doubts.HasFlag(WireDoubts.Role))
                    _held.Add((int)stack.PollTid, () => sink.OnStack(decoded));
                else
                    sink.OnStack(decoded);
                break;
            case WireEventType.ThreadNew when TryRead<WireThreadEvent>(record, out var added):
                threads.OnNew((int)added.Header.Tid, (int)added.Slot);
                ThreadSeen?.Invoke((int)added.Header.Tid, (int)added.Slot);
                sink.OnThread(new ThreadEvent((int)header.Tid, threads.NameOf((int)header.Tid), (long)header.TimeNs, Exited: false));
                break;
            case WireEventType.ThreadExit when TryRead<WireThreadEvent>(record, out var gone):
                sink.OnThread(new ThreadEvent((int)header.Tid, threads.NameOf((int)header.Tid), (long)header.TimeNs, Exited: true));
                threads.OnExit((int)gone.Header.Tid, (int)gone.Slot);
                _held.Settle((int)gone.Header.Tid, deliver: false);
                break;
            case WireEventType.Caller when TryRead<WireCaller>(record, out var caller):
                CallerSeen?.Invoke(caller.ReturnAddress);
                break;
            case WireEventType.Role when TryRead<WireRole>(record, out var role):
                _held.Settle((int)role.Header.Tid, deliver: role.Worker != 0);
                break;
            case WireEventType.Exec:
                SawExec = true;
                break;
        }
    }

    private void OnPoll(in WirePoll poll)
    {
        if (poll.EndNs < poll.StartNs)
        {
            Malformed++;
            return;
        }
        var converted = Convert(poll);
        if (converted.StartNs < TrustedSinceNs)
        {
            sink.OnPollWithdrawn(converted.Key);
            return;
        }
        if (_disturbance.Caused(converted))
        {
            Disturbed++;
            sink.OnPollWithdrawn(converted.Key);
            return;
        }
        if (poll.Doubts.HasFlag(WireDoubts.Role))
        {
            sink.OnPollWithdrawn(converted.Key);
            _held.Add((int)poll.Header.Tid, () => sink.OnPoll(converted));
            return;
        }
        sink.OnPoll(converted);
        if ((long)(poll.StallEndNs - poll.StallStartNs) >= ThresholdNs && poll.StallEndNs > poll.StallStartNs)
        {
            sink.OnDriverStall(new DriverStallEvent(
                runtimes.Of(poll.Runtime),
                (long)poll.StallStartNs,
                (long)poll.StallEndNs,
                new PollKey((int)poll.Header.Tid, poll.Sequence),
                (int)poll.IdleWorkers,
                InProgress: false));
        }
    }

    private PollEvent Convert(in WirePoll poll)
    {
        var wall = (long)(poll.EndNs - poll.StartNs);
        var asleep = Math.Clamp((long)poll.AsleepNs, 0, wall);
        var runQueue = Math.Clamp((long)poll.RunQueueNs, 0, wall - asleep);
        return new PollEvent(
            new PollKey((int)poll.Header.Tid, poll.Sequence),
            poll.TaskId,
            (long)poll.StartNs,
            (long)poll.EndNs,
            wall - asleep - runQueue,
            asleep,
            runQueue,
            (long)poll.UncertaintyNs,
            InProgress: false,
            poll.TaskHeader,
            runtimes.Of(poll.Runtime),
            (int)poll.WorkerIndex - 1,
            (int)poll.Site - 1)
        {
            StolenNs = Math.Min((long)poll.StolenNs, runQueue),
            WaitingTasks = WireThread.Waiting(poll.Waiting),
            StartedChild = poll.StartedChild != 0,
            Unproven = poll.Doubts.HasFlag(WireDoubts.Place),
        };
    }

    private bool TryRead<T>(ReadOnlySpan<byte> record, out T value)
        where T : unmanaged
    {
        if (record.Length < Unsafe.SizeOf<T>())
        {
            Malformed++;
            value = default;
            return false;
        }
        value = MemoryMarshal.Read<T>(record);
        return true;
    }
}
