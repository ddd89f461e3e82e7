using System.Globalization;

namespace Hud.Kernel.Tests.Harness;

/// <summary>What the hypervisor has taken, as the kernel accounts it: "steal" of /proc/stat, in ticks of 10 ms.</summary>
internal static class HostSteal
{
    private const int Column = 8;
    private const long TickNs = 10_000_000;

    /// <summary>Of all CPUs since the machine was started.</summary>
    public static long TotalNs() =>
        long.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[Column], CultureInfo.InvariantCulture) * TickNs;
}
