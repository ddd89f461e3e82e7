using Hud.Tracking.Kernel;

namespace Hud.Tracking.Sampled;

/// <summary>
/// Samples threads more often on which tasks take turns through the LIFO slot: such polls share a tick, and samples a
/// millisecond apart cannot tell one long poll from many short ones.
/// </summary>
internal sealed class ChainSampler(ThreadTable table, ThreadDirectory threads, int programFd) : IDisposable
{
    private const long PeriodNs = 100_000;
    private const ulong KeepNs = 5_000_000_000;

    private readonly ThreadSampler _sampler = new(programFd, PeriodNs, inherit: false);

    public void Update(long nowNs)
    {
        foreach (var (tid, slot) in threads.Slots)
        {
            if (!table.TryRead(slot, out var thread) || thread.Tid != tid || thread.ChainedNs == 0)
                continue;
            var wanted = (ulong)nowNs - thread.ChainedNs < KeepNs;
            if (wanted == (thread.Burst != 0))
                continue;
            if (wanted && !_sampler.Add(tid))
                continue;
            if (!wanted)
                _sampler.Remove(tid);
            table.SetBurst(slot, wanted);
        }
    }

    public void Dispose() => _sampler.Dispose();
}
