using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>One cpu-clock perf event a thread, which runs a BPF program and only ticks while the thread is on a CPU.</summary>
internal sealed class ThreadSampler(int programFd, long periodNs, bool inherit = true) : IDisposable
{
    // Events stay open when their thread is gone: closing one ends those that other threads inherited from it.
    private readonly Dictionary<int, int> _events = [];

    public int Count => _events.Count;

    /// <summary>The error of the last thread that could not be sampled, 0 when all could.</summary>
    public int LastError { get; private set; }

    public bool Has(int tid) => _events.ContainsKey(tid);

    /// <summary>Samples a thread and, by inheritance, the threads it will start. False when it is gone or not allowed.</summary>
    public bool Add(int tid) => Add(tid, periodNs);

    /// <inheritdoc cref="Add(int)"/>
    public bool Add(int tid, long everyNs)
    {
        if (_events.ContainsKey(tid))
            return true;
        var fd = CpuClock.TryOpen(programFd, everyNs, tid, -1, inherit, out var error);
        if (fd < 0)
        {
            LastError = error;
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
