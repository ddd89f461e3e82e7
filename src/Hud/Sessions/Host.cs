using System.Globalization;

namespace Hud.Sessions;

/// <summary>What the session says about the machine and about hud itself.</summary>
internal static class Host
{
    public static string Name => Environment.MachineName;

    public static string? Kernel { get; } = TryRead("/proc/sys/kernel/osrelease");

    public static string Version { get; } =
        typeof(Host).Assembly.GetName().Version is { } v ? $"{v.Major}.{v.Minor}.{v.Build}" : "unknown";

    /// <summary>User and system time of this process.</summary>
    public static long OwnCpuNs => (long)(Environment.CpuUsage.TotalTime.TotalNanoseconds);

    /// <summary>VmHWM of /proc/self/status: the most memory this process ever had resident.</summary>
    public static long PeakRssBytes
    {
        get
        {
            foreach (var line in (TryRead("/proc/self/status") ?? "").AsSpan().EnumerateLines())
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal)
                    && long.TryParse(line[6..].Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes))
                    return kilobytes * 1024;
            }
            return 0;
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
