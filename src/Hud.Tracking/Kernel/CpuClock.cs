using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>Opens cpu-clock perf events (PERF_COUNT_SW_CPU_CLOCK) that run a BPF program.</summary>
internal static unsafe class CpuClock
{
    private const nuint IoctlEnable = 0x2400;
    private const nuint IoctlSetBpf = 0x40042408;
    private const ulong CloseOnExec = 8;

    /// <param name="programFd">Null: the event counts, and nothing runs.</param>
    /// <param name="tid">-1: whatever is on the CPU.</param>
    /// <param name="cpu">-1: wherever the thread runs.</param>
    /// <param name="error">The error number; 0 when the event is open.</param>
    /// <returns>The event's descriptor, or -1.</returns>
    public static int TryOpen(int? programFd, long periodNs, int tid, int cpu, bool inherit, out int error)
    {
        var attributes = new PerfEventAttributes
        {
            Type = PerfEventAttributes.TypeSoftware,
            Config = PerfEventAttributes.CpuClock,
            Size = (uint)sizeof(PerfEventAttributes),
            SamplePeriod = (ulong)periodNs,
            Flags = PerfEventAttributes.FlagDisabled | (inherit ? PerfEventAttributes.FlagInherit | PerfEventAttributes.FlagInheritThread : 0),
        };
        var fd = Libc.PerfEventOpen(&attributes, tid, cpu, -1, CloseOnExec);
        if (fd < 0 && inherit && Libc.LastError == Libc.EINVAL)
        {
            attributes.Flags &= ~PerfEventAttributes.FlagInheritThread;
            fd = Libc.PerfEventOpen(&attributes, tid, cpu, -1, CloseOnExec);
        }
        error = 0;
        if (fd >= 0 && (programFd is not { } program || Libc.Ioctl(fd, IoctlSetBpf, program) >= 0) && Libc.Ioctl(fd, IoctlEnable, 0) >= 0)
            return fd;
        error = Libc.LastError;
        if (fd >= 0)
            _ = Libc.Close(fd);
        return -1;
    }
}
