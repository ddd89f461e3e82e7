using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>One cpu-clock perf event a CPU, which runs a BPF program whatever is on the CPU.</summary>
internal sealed class CpuSampler(int programFd, long periodNs) : IDisposable
{
    private readonly Dictionary<int, int> _events = [];

    /// <summary>Samples these CPUs too; those that are offline are left out.</summary>
    /// <returns>False when one could not be sampled.</returns>
    public bool Add(IEnumerable<int> cpus)
    {
        var all = true;
        foreach (var cpu in cpus)
        {
            if (_events.ContainsKey(cpu))
                continue;
            var fd = CpuClock.TryOpen(programFd, periodNs, -1, cpu, inherit: false, out var error);
            if (fd >= 0)
                _events.Add(cpu, fd);
            else if (error != Libc.ENODEV)
                all = false;
        }
        return all && _events.Count > 0;
    }

    public void Dispose()
    {
        foreach (var fd in _events.Values)
            _ = Libc.Close(fd);
        _events.Clear();
    }
}
