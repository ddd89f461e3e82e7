using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>The kernel's own timer interrupt on each busy CPU, CONFIG_HZ times a second.</summary>
internal static class SchedulerTick
{
    private const int MonotonicCoarse = 6;

    private static readonly Lazy<long> s_periodNs = new(() => Libc.ResolutionNs(MonotonicCoarse));

    /// <summary>Nanoseconds; 0 where the kernel does not tell. CLOCK_MONOTONIC_COARSE goes up with each tick, see clock_getres(2).</summary>
    public static long PeriodNs => s_periodNs.Value;
}
