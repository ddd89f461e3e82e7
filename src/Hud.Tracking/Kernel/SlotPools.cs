using Hud.Tracking.Wire;

namespace Hud.Tracking.Kernel;

/// <summary>The slots of threads and of stacks that nobody uses; see bpf/pool.bpf.h.</summary>
internal sealed unsafe class SlotPools : IDisposable
{
    private readonly SharedMemory _memory;
    private readonly WirePools* _pools;

    /// <summary>All slots are free; to be made before the programs run.</summary>
    public SlotPools(BpfMap map, int threads, int stacks)
    {
        _memory = new SharedMemory(map, writable: true);
        _pools = (WirePools*)_memory.Address;
        Fill(ref _pools->Threads, threads);
        Fill(ref _pools->Stacks, stacks);
    }

    public void GiveBackThread(int slot)
    {
        ref var pool = ref _pools->Threads;
        ulong head, next;
        do
        {
            head = Volatile.Read(ref pool.Head);
            pool.Below[slot] = (uint)head;
            next = ((head >> 32) + 1) << 32 | (uint)(slot + 1);
        }
        while (Interlocked.CompareExchange(ref pool.Head, next, head) != head);
    }

    public void Dispose() => _memory.Dispose();

    private static void Fill(ref WirePool pool, int slots)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, WirePool.Slots);
        for (var slot = 0; slot < slots; slot++)
            pool.Below[slot] = slot + 1 < slots ? (uint)(slot + 2) : 0;
        Volatile.Write(ref pool.Head, 1);
    }
}
