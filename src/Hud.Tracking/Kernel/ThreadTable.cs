using System.Runtime.CompilerServices;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Kernel;

/// <summary>The per-thread state that the BPF programs write, mapped: reading it costs no system call.</summary>
internal sealed unsafe class ThreadTable : IDisposable
{
    private const int Attempts = 16;

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
        ref var shared = ref Unsafe.AsRef<WireThread>((byte*)_memory.Address + slot * sizeof(WireThread));
        for (var i = 0; i < Attempts; i++)
        {
            var before = Volatile.Read(ref shared.Version);
            thread = shared;
            Thread.MemoryBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref shared.Version))
                return thread.Tid != 0;
        }
        thread = default;
        return false;
    }

    /// <summary>User space writes this, <see cref="SetNamed"/> and <see cref="SetUnderway"/> alone: the thread is sampled more often now.</summary>
    public void SetBurst(int slot, bool burst) =>
        ((WireThread*)_memory.Address)[slot].Burst = burst ? 1u : 0u;

    /// <summary>The thread's name says that it is a worker, or may be one.</summary>
    public void SetNamed(int slot, bool named, bool certain) =>
        ((WireThread*)_memory.Address)[slot].Named = !named ? 0u : certain ? 2u : 1u;

    /// <summary>The thread is in a poll that began before probes could tell.</summary>
    /// <param name="site">Index of the poll function, where it is known.</param>
    public void SetUnderway(int slot, ulong stackPointer, int? site, uint runtimeKind)
    {
        const uint NoSite = 0xffffffff;
        ref var thread = ref ((WireThread*)_memory.Address)[slot];
        (thread.UnderwaySite, thread.UnderwayKind) = (site is { } index ? (uint)index : NoSite, runtimeKind);
        Volatile.Write(ref thread.UnderwaySp, stackPointer);
    }

    public void Dispose() => _memory.Dispose();
}
