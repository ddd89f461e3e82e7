using Hud.Tracking.Kernel;

namespace Hud.Tracking.Sampled;

/// <summary>
/// Samples threads more often on which tasks take turns through the LIFO slot: such polls share a tick, and samples a
/// millisecond apart cannot tell one long poll from many short ones. Not needed from Tokio 1.29 on, where four polls at most
/// share a tick.
/// </summary>
/// <param name="sampleNs">What a sample costs, see <see cref="TimerCost"/>.</param>
internal sealed class ChainSampler(ThreadTable table, ThreadDirectory threads, int programFd, Func<long> sampleNs) : IDisposable
{
    private const long ShortestPeriodNs = 100_000;
    private const ulong KeepNs = 5_000_000_000;

    /// <summary>Of two tasks that take turns, one alone is met by so many samples in a row once in a million times.</summary>
    private const int SamplesOfPoll = 20;

    /// <summary>A thread's time over what samples take of it; <see cref="SamplesOfPoll"/> comes first.</summary>
    private const int TimeOverCost = 25;

    private readonly ThreadSampler _sampler = new(programFd, ShortestPeriodNs, inherit: false);

    /// <summary>Own time of a poll that must be told from many short ones.</summary>
    public long ThresholdNs { get; set; }

    public void Update(long nowNs)
    {
        foreach (var (tid, slot) in threads.Slots)
        {
            if (!table.TryRead(slot, out var thread) || thread.Tid != tid || thread.ChainedNs == 0)
                continue;
            var wanted = (ulong)nowNs - thread.ChainedNs < KeepNs;
            if (wanted == (thread.Burst != 0))
                continue;
            if (wanted && !_sampler.Add(tid, PeriodOf(ThresholdNs, sampleNs())))
                continue;
            if (!wanted)
                _sampler.Remove(tid);
            table.SetBurst(slot, wanted);
        }
    }

    internal static long PeriodOf(long thresholdNs, long sampleNs) =>
        Math.Clamp(TimeOverCost * sampleNs, ShortestPeriodNs, Math.Max(ShortestPeriodNs, thresholdNs / SamplesOfPoll));

    public void Dispose() => _sampler.Dispose();
}
