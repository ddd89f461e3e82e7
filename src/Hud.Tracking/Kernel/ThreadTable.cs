using Hud.Tracking.Wire;

namespace Hud.Tracking.Kernel;

/// <summary>The per-thread state that the BPF programs write, mapped: reading it costs no system call.</summary>
internal sealed unsafe class ThreadTable : IDisposable
{
    private const int AttemptsAtOnce = 16, Attempts = 32;

    private readonly SharedMemory _memory;

    public ThreadTable(BpfMap map)
    {
        Count = (int)map.Entries;
        _memory = new SharedMemory(map, writable: true);
    }

    public int Count { get; }

    /// <summary>False when the slot is free, or when it changed at every attempt to copy it.</summary>
    public bool TryRead(int slot, out WireThread thread)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Count);
        ref var shared = ref At(slot);
        for (var i = 0; i < Attempts; i++)
        {
            var before = Volatile.Read(ref shared.Version);
            thread = shared;
            Thread.MemoryBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref shared.Version))
                return thread.Tid != 0;
            // The thread may have lost its CPU while it wrote, as in the middle of a probe.
            if (i >= AttemptsAtOnce)
                Thread.Sleep(1);
        }
        thread = default;
        return false;
    }

    /// <summary>User space writes this and what follows alone: the thread is sampled more often now.</summary>
    public void SetBurst(int slot, bool burst) =>
        At(slot).Burst = burst ? 1u : 0u;

    /// <summary>The thread's name says that it is a worker, or may be one.</summary>
    public void SetNamed(int slot, bool named, bool certain) =>
        At(slot).Named = !named ? 0u : certain ? 2u : 1u;

    /// <summary>The thread is in a poll that began before probes could tell.</summary>
    /// <param name="site">Number of the poll function, where it is known.</param>
    /// <param name="module">Index of the module that it is of.</param>
    public void SetUnderway(int slot, ulong stackPointer, int? site, uint runtimeKind, int module)
    {
        ref var thread = ref At(slot);
        (thread.UnderwaySite, thread.UnderwayKind, thread.UnderwayModule) = (site is { } index ? (uint)index : WireThread.NoSite, runtimeKind, (uint)module + 1);
        Volatile.Write(ref thread.UnderwaySp, stackPointer);
    }

    /// <summary>The thread sleeps in a poll that began before probes could tell, and what it returns to is not known: it counts while that sleep lasts.</summary>
    public void SetAsleepInPoll(int slot, uint runtimeKind, int module) => SetUnderway(slot, WireThread.OneSleep, null, runtimeKind, module);

    /// <summary>The thread ran a closure of the blocking pool in what was taken for its poll of that number.</summary>
    public void SetInPool(int slot, ulong sequence)
    {
        ref var thread = ref At(slot);
        thread.PoolSequence = sequence;
        if (sequence > thread.IdleSequence)
            thread.RuntimeKind = 0;
    }

    /// <summary>The thread is a worker at present: of a multi_thread runtime where nothing has told the kind.</summary>
    public void SetWorker(int slot)
    {
        ref var thread = ref At(slot);
        if (thread.RuntimeKind == 0)
            thread.RuntimeKind = LayoutEncoding.MultiThread;
    }

    /// <summary>Takes the place of the one that was added first, if there is no other.</summary>
    public void AddParker(int slot, WireParker parker)
    {
        Span<WireParker> parkers = At(slot).Parkers;
        if (parkers.Contains(parker))
            return;
        parkers[..^1].CopyTo(parkers[1..]);
        parkers[0] = parker;
    }

    private ref WireThread At(int slot) => ref ((WireThread*)_memory.Address)[slot];

    public void Dispose() => _memory.Dispose();
}
