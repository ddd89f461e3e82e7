using System.Diagnostics;

namespace Hud.Tracking.Kernel;

/// <summary>CLOCK_MONOTONIC in nanoseconds: the clock of every time that the BPF programs take.</summary>
public static class MonotonicClock
{
    /// <summary>On Linux the runtime's stopwatch reads CLOCK_MONOTONIC with a frequency of 1 GHz.</summary>
    public static long NowNs => Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
