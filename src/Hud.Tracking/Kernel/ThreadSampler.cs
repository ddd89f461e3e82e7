using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>One cpu-clock perf event a thread, which runs a BPF program and only ticks while the thread is on a CPU.</summary>
internal sealed unsafe class ThreadSampler(int programFd, long periodNs, bool inherit = true) : IDisposable
{
    private const nuint IoctlEnable = 0x2400;
    private const nuint IoctlSetBpf = 0x40042408;
    private const ulong CloseOnExec = 8;

    // Events stay open when their thread is gone: closing one ends those that other threads inherited from it.
    private readonly Dictionary<int, int> _events = [];

    public int Count => _events.Count;

    /// <summary>The error of the last thread that could not be sampled, 0 when all could.</summary>
    public int LastError { get; private set; }

    public bool Has(int tid) => _events.ContainsKey(tid);

    /// <summary>Samples a thread and, by inheritance, the threads it will start. False when it is gone or not allowed.</summary>
    public bool Add(int tid)
    {
        if (_events.ContainsKey(tid))
            return true;
        var attributes = new PerfEventAttributes
        {
            Type = PerfEventAttributes.TypeSoftware,
            Config = PerfEventAttributes.CpuClock,
            Size = (uint)sizeof(PerfEventAttributes),
            SamplePeriod = (ulong)periodNs,
            Flags = PerfEventAttributes.FlagDisabled | (inherit ? PerfEventAttributes.FlagInherit | PerfEventAttributes.FlagInheritThread : 0),
        };
        var fd = Libc.PerfEventOpen(&attributes, tid, -1, -1, CloseOnExec);
        if (fd < 0 && inherit && Libc.LastError == Libc.EINVAL)
        {
            attributes.Flags &= ~PerfEventAttributes.FlagInheritThread;
            fd = Libc.PerfEventOpen(&attributes, tid, -1, -1, CloseOnExec);
        }
        if (fd < 0 || Libc.Ioctl(fd, IoctlSetBpf, programFd) < 0 || Libc.Ioctl(fd, IoctlEnable, 0) < 0)
        {
            LastError = Libc.LastError;
            if (fd >= 0)
                _ = Libc.Close(fd);
            return false;
        }
        _events.Add(tid, fd);
        return true;
    }

    /// <summary>Ends a thread's own event; threads that inherited from it lose theirs.</summary>
    public void Remove(int tid)
    {
        if (_events.Remove(tid, out var fd))
            _ = Libc.Close(fd);
    }

    public void Dispose()
    {
        foreach (var fd in _events.Values)
            _ = Libc.Close(fd);
        _events.Clear();
    }
}
