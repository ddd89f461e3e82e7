using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>CPU time of all threads of a process, those that have ended included.</summary>
/// <param name="pid">In hud's own pid namespace.</param>
internal readonly struct ProcessCpuClock(int pid)
{
    private const int Scheduler = 2;

    /// <summary>The clock that clock_getcpuclockid(3) names: CPUCLOCK_SCHED of the process (include/linux/posix-timers.h).</summary>
    private readonly int _id = (~pid << 3) | Scheduler;

    /// <summary>Nanoseconds; 0 once the process is gone.</summary>
    public long NowNs => Libc.ClockNs(_id);
}
