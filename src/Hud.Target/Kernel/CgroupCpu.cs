using System.Globalization;

namespace Hud.Target;

/// <summary>
/// How long the CPU limit of a process's control group has kept it off the CPU: <c>cpu.stat</c> of cgroup v2
/// (<c>throttled_usec</c>) or of the v1 cpu controller (<c>throttled_time</c>, nanoseconds), the groups above included.
/// </summary>
public sealed class CgroupCpu
{
    private readonly string[] _statFiles;

    private CgroupCpu(string[] statFiles) => _statFiles = statFiles;

    /// <summary>Null where no cpu controller accounts for the process.</summary>
    public static CgroupCpu? Of(TargetProcess process) =>
        Of(ProcFs.TryReadText($"/proc/{process.Pid}/cgroup") ?? "", ProcFs.TryReadText("/proc/self/mountinfo") ?? "", File.Exists);

    internal static CgroupCpu? Of(string cgroups, string mounts, Func<string, bool> exists)
    {
        foreach (var line in cgroups.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(':', 3);
            if (parts.Length < 3) continue;
            var isV2 = parts[1].Length == 0;
            if (!isV2 && !parts[1].Split(',').Contains("cpu")) continue;
            if (MountPoint(mounts, isV2) is not { } root) continue;
            var files = Ancestors(parts[2]).Select(group => $"{root}{group}/cpu.stat").Where(exists).ToArray();
            if (files.Length > 0) return new CgroupCpu(files);
        }
        return null;
    }

    /// <summary>Nanoseconds throttled since the groups exist: the most of any group from the process's own up to the root.</summary>
    public long ThrottledNs() => _statFiles.Select(f => Parse(ProcFs.TryReadText(f) ?? "")).DefaultIfEmpty().Max();

    internal static long Parse(string stat)
    {
        foreach (var line in stat.AsSpan().EnumerateLines())
        {
            if (Value(line, "throttled_usec ") is { } microseconds) return microseconds * 1000;
            if (Value(line, "throttled_time ") is { } nanoseconds) return nanoseconds;
        }
        return 0;
    }

    private static long? Value(ReadOnlySpan<char> line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && long.TryParse(line[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static IEnumerable<string> Ancestors(string group)
    {
        for (var path = group.TrimEnd('/'); path.Length > 0; path = path[..path.LastIndexOf('/')])
            yield return path;
        yield return "";
    }

    /// <summary>Field 5 of a mountinfo line is the mount point; file system type and super options follow " - ".</summary>
    private static string? MountPoint(string mounts, bool isV2)
    {
        foreach (var line in mounts.Split('\n'))
        {
            var separator = line.IndexOf(" - ", StringComparison.Ordinal);
            if (separator < 0) continue;
            var (fields, after) = (line[..separator].Split(' '), line[(separator + 3)..].Split(' '));
            if (fields.Length < 5 || after.Length < 3) continue;
            if (isV2 ? after[0] == "cgroup2" : after[0] == "cgroup" && after[2].Split(',').Contains("cpu"))
                return fields[4];
        }
        return null;
    }
}
