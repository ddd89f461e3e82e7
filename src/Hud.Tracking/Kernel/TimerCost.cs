using System.Runtime.CompilerServices;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>
/// What a sample costs the thread that it interrupts, beside its BPF program: the timer's interrupt, and setting the timer
/// again. One to two microseconds on hardware, some tens on a virtual machine whose host has to do both; no counter has it.
/// </summary>
internal static class TimerCost
{
    private const long PeriodNs = 100_000, SpinNs = 1_000_000;
    private const int Rounds = 4;
    private const long LeastNs = 500, MostNs = 50_000;

    /// <summary>Where it cannot be measured: a virtual machine's.</summary>
    private const long AssumedNs = 10_000;

    private static readonly Lazy<long> s_sampleNs = new(Measure);

    /// <summary>Of one sample on this machine, nanoseconds; measured once, in some 8 ms.</summary>
    public static long SampleNs => s_sampleNs.Value;

    /// <summary>Measures it beside whatever else is done before somebody asks.</summary>
    public static void Prepare() => _ = Task.Run(() => SampleNs);

    /// <summary>The same work with and without samples, the fastest of some rounds each: whatever else interrupts it makes it longer.</summary>
    private static long Measure()
    {
        var turns = Turns();
        var (alone, sampled) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            alone = Math.Min(alone, Spin(turns));
            var sampler = CpuClock.TryOpen(programFd: null, PeriodNs, tid: 0, cpu: -1, inherit: false, out _);
            if (sampler < 0)
                return AssumedNs;
            sampled = Math.Min(sampled, Spin(turns));
            _ = Libc.Close(sampler);
        }
        return Math.Clamp((sampled - alone) * PeriodNs / sampled, LeastNs, MostNs);
    }

    private static int Turns()
    {
        const int Some = 10_000;
        var ns = Math.Max(1, Math.Min(Spin(Some), Spin(Some)));
        return (int)Math.Min(int.MaxValue, Some * SpinNs / ns);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static long Spin(int turns)
    {
        var start = MonotonicClock.NowNs;
        var value = 1u;
        for (var i = 0; i < turns; i++)
            value = value * 1_664_525 + 1_013_904_223;
        var elapsed = MonotonicClock.NowNs - start;
        return value == 0 ? elapsed + 1 : elapsed;
    }
}
