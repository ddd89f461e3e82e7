using Hud.Tracking.Wire;

namespace Hud.Tracking.Events;

/// <summary>Where the time that a <see cref="StackEvent"/> stands for was spent.</summary>
public enum StackKind
{
    /// <summary>A cpu-clock sample taken while the worker ran inside a poll.</summary>
    OnCpu,

    /// <summary>Taken at switch-out; the worker then slept in the kernel for <see cref="StackEvent.DurationNs"/>.</summary>
    Asleep,

    /// <summary>Taken at switch-out of a worker that stayed runnable (preempted).</summary>
    RunQueue,

    /// <summary>The stack of the thread that ended the sleep of a worker inside a poll (the lock's holder at its unlock).</summary>
    Waker,

    /// <summary>Taken on request, for <c>hud dump</c> and for polls in progress.</summary>
    Snapshot,
}

/// <summary>Identity of one poll: the thread and a per-thread counter that never repeats within a session.</summary>
/// <param name="Tid">Kernel thread id in hud's own pid namespace.</param>
/// <param name="Sequence">Counts the polls that the tracker opened on that thread, from 1.</param>
public readonly record struct PollKey(int Tid, ulong Sequence);

/// <summary>
/// One poll that has ended, or that is still going on (<see cref="InProgress"/>). Times are CLOCK_MONOTONIC nanoseconds.
/// The parts add up: <c>OnCpuNs + AsleepNs + RunQueueNs = EndNs - StartNs</c>.
/// </summary>
/// <param name="TaskId">Tokio's task id; 0 where it is not known.</param>
/// <param name="UncertaintyNs">What the two half-seen ends may add or take off: the true wall time lies within ± this.</param>
/// <param name="TaskHeader">Address of the task's <c>Header</c> where the tracker sees it; else 0.</param>
/// <param name="FutureIndex">Of its future's <see cref="Exact.FutureStatistics"/> where the exact tracker timed it; else -1.</param>
public sealed record PollEvent(
    PollKey Key,
    ulong TaskId,
    long StartNs,
    long EndNs,
    long OnCpuNs,
    long AsleepNs,
    long RunQueueNs,
    long UncertaintyNs,
    bool InProgress,
    ulong TaskHeader = 0,
    int RuntimeId = 0,
    int WorkerIndex = -1,
    int FutureIndex = -1)
{
    /// <summary>Part of <c>RunQueueNs</c>: the hypervisor gave the CPU to others.</summary>
    public long StolenNs { get; init; }

    /// <summary>Tasks in the worker's own queue and LIFO slot when the poll was last looked at; null where that cannot be read.</summary>
    public int? WaitingTasks { get; init; }

    /// <summary>It started a process.</summary>
    public bool StartedChild { get; init; }

    /// <summary>Of a poll in progress: it was running before it was first seen.</summary>
    public bool BeganBefore { get; init; }

    /// <summary>
    /// A wait of a thread with a worker's name that may belong to no poll: it counts where its stack shows it in one
    /// (<see cref="WaitPlace.Poll"/>).
    /// </summary>
    public bool Unproven { get; init; }

    /// <summary>The part of it from a moment on. What that part was spent on is not known, and taken to be as in the whole.</summary>
    public PollEvent From(long ns)
    {
        if (ns <= StartNs || EndNs <= StartNs)
            return this;
        var start = Math.Min(ns, EndNs);
        var (rest, whole) = (EndNs - start, EndNs - StartNs);
        var asleep = (long)((Int128)AsleepNs * rest / whole);
        var runQueue = (long)((Int128)RunQueueNs * rest / whole);
        return this with
        {
            StartNs = start,
            OnCpuNs = rest - asleep - runQueue,
            AsleepNs = asleep,
            RunQueueNs = runQueue,
            StolenNs = (long)((Int128)StolenNs * rest / whole),
        };
    }
}

/// <summary>x86-64 user registers at the moment of a copy, in DWARF numbering (0 rax, 1 rdx, 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8–15 r8–r15, 16 rip).</summary>
[System.Runtime.CompilerServices.InlineArray(17)]
public struct UserRegisters
{
    private ulong _rax;
}

/// <summary>Whose code a thread is in, as far as its stack tells.</summary>
public enum WaitPlace
{
    Unknown,

    /// <summary>A poll of a task that a scheduler runs, or of the root future of a current_thread runtime.</summary>
    Poll,

    /// <summary>A poll of the root future of <c>block_on</c>, of either kind of runtime.</summary>
    Root,

    /// <summary>The worker itself, between polls: its parker.</summary>
    Worker,

    /// <summary>A closure of the blocking pool, or one of the pool's threads without work.</summary>
    BlockingPool,
}

/// <summary>What the file descriptor of the interrupted system call refers to, as the kernel saw it at that moment.</summary>
public enum FileKind
{
    None, Regular, Directory, BlockDevice, CharDevice, Fifo, Socket, Anonymous,
}

/// <summary>
/// A stack: kernel addresses, user registers and a copy of the top of the user stack, with the system call it sits in.
/// Every stack of a poll arrives before the <see cref="PollEvent"/> that ends the poll.
/// </summary>
public sealed class StackEvent
{
    public required PollKey Poll { get; init; }
    public required StackKind Kind { get; init; }

    /// <summary>Moment of the copy, CLOCK_MONOTONIC.</summary>
    public required long TimestampNs { get; init; }

    /// <summary>Asleep and RunQueue: how long the interval lasted, earlier short ones of the same poll that were not sent included. Else 0.</summary>
    public long DurationNs { get; init; }

    /// <summary>Thread the stack belongs to; differs from <c>Poll.Tid</c> for <see cref="StackKind.Waker"/>.</summary>
    public required int Tid { get; init; }

    /// <summary>System call number, -1 outside one (a page fault, preemption in user code).</summary>
    public int Syscall { get; init; } = -1;

    /// <summary>The six arguments of the system call.</summary>
    public ulong[] SyscallArgs { get; init; } = [];

    /// <summary>It is in futex(2) or one of its successors, to wait or to wake.</summary>
    public bool IsInFutex => SyscallArgumentTable.IsFutex(Syscall);

    /// <summary>It is in epoll_wait(2) or one of its kin, as a runtime's driver is.</summary>
    public bool IsInEventWait => SyscallArgumentTable.IsEventWait(Syscall);

    /// <summary>Kind of the descriptor in the first argument, for calls that take one.</summary>
    public FileKind FileKind { get; init; }

    /// <summary>Path of that file as far as the kernel's dentries gave it, the path argument of open and its kin, or "10.0.0.7:5432" for a socket's peer. RunQueue: who got the CPU, "stress-ng (pid 77)".</summary>
    public string? Detail { get; init; }

    /// <summary>For <see cref="StackKind.Waker"/>: the waker's task id if it was inside a poll of the same target.</summary>
    public ulong WakerTaskId { get; init; }

    /// <summary>As <see cref="PollEvent.Unproven"/>, of the poll it belongs to.</summary>
    public bool Unproven { get; init; }

    /// <summary>Kernel return addresses, innermost first.</summary>
    public ulong[] KernelStack { get; init; } = [];

    public UserRegisters Registers { get; init; }

    /// <summary>Bytes of user memory from <c>Registers[7]</c> (rsp) upwards.</summary>
    public ReadOnlyMemory<byte> UserStack { get; init; }
}

/// <summary>Per-thread totals since the session began. <c>OnCpu + Asleep-in-poll (blocked) + RunQueue + Idle</c> cover the time the thread was tracked.</summary>
public sealed record WorkerTotals(
    int Tid,
    string Name,
    int Index,
    int RuntimeId,
    bool IsWorker,
    long OnCpuNs,
    long BlockedNs,
    long RunQueueNs,
    long IdleNs,
    bool InPoll,
    bool HoldsDriver)
{
    /// <summary>Of the scheduler that it runs: "multi_thread" or "current_thread".</summary>
    public string RuntimeKind { get; init; } = "multi_thread";

    /// <summary>Whose scheduler it runs: index into <see cref="TrackerSession.Modules"/>; -1 where that is not known.</summary>
    public int Module { get; init; } = -1;

    /// <summary>Part of <c>RunQueueNs</c>: the hypervisor gave the CPU to others.</summary>
    public long StolenNs { get; init; }
}

/// <summary>An interval in which no thread of a runtime waited for I/O because the one that should was inside a poll while others slept.</summary>
public sealed record DriverStallEvent(int RuntimeId, long StartNs, long EndNs, PollKey Culprit, int IdleWorkers, bool InProgress);

/// <summary>A thread appeared or went.</summary>
public sealed record ThreadEvent(int Tid, string Name, long TimestampNs, bool Exited);

/// <summary>What was lost and what watching cost, since the session began.</summary>
/// <param name="Samples">Timer interrupts in the target's threads, calibration's included.</param>
/// <param name="ProbeHits">Of the exact tracker's probes and of calibration's.</param>
/// <param name="ProbeNs">What they cost the target beside <paramref name="BpfNs"/>: reckoned, since the kernel does not count exceptions.</param>
/// <param name="SampleNs">What <paramref name="Samples"/> cost the target beside <paramref name="BpfNs"/>: reckoned from what one costs on this machine.</param>
public sealed record TrackerCounters(
    long LostEvents,
    long LostStacks,
    long Samples,
    long Switches,
    long BpfNs,
    long BpfRuns,
    long ProbeHits = 0,
    long ProbeNs = 0,
    long SampleNs = 0);

/// <summary>Receives what a tracker sees, on one thread and in order.</summary>
public interface ITrackerSink
{
    void OnPoll(PollEvent poll);

    /// <summary>What was said to be in progress is not, and was no poll or is not known to be one: <see cref="OnPoll"/> follows once it is.</summary>
    void OnPollWithdrawn(PollKey poll);

    void OnStack(StackEvent stack);
    void OnDriverStall(DriverStallEvent stall);
    void OnThread(ThreadEvent thread);
}
