using System.Globalization;
using System.Text;

namespace Hud.Target;

/// <summary>Finds processes by name. Kernel threads, zombies and hud itself never match.</summary>
internal static class ProcessFinder
{
    /// <summary>
    /// A pattern with a slash is a program file; otherwise it is compared with comm, the executable's file name and
    /// argv[0]'s file name, exactly first, and as a part of them (letter case ignored) only if nothing matched exactly and
    /// it is no process id either.
    /// </summary>
    public static FindResult Find(string pattern, string proc = "/proc")
    {
        if (pattern.Length == 0)
            return new FindResult(pattern, []);

        var exact = new List<ProcessMatch>();
        var partial = new List<ProcessMatch>();
        var file = pattern.Contains('/') ? Path.GetFullPath(pattern) : null;
        foreach (var pid in ProcFs.Numbers(proc))
        {
            if (pid == Environment.ProcessId || !TryDescribe($"{proc}/{pid}", out var candidate))
                continue;
            if (file is not null ? candidate.ExeFile == file : candidate.Names.Contains(pattern, StringComparer.Ordinal))
                exact.Add(candidate.ToMatch(pid));
            else if (file is null && exact.Count == 0 && candidate.Names.Any(n => n.Contains(pattern, StringComparison.OrdinalIgnoreCase)))
                partial.Add(candidate.ToMatch(pid));
        }
        if (exact.Count == 0 && int.TryParse(pattern, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && TryDescribe($"{proc}/{id}", out var meant))
            return new FindResult(pattern, [meant.ToMatch(id)]);
        return new FindResult(pattern, exact.Count > 0 ? exact : partial);
    }

    private readonly record struct Candidate(string Comm, string? ExeFile, string[] Arguments)
    {
        public IEnumerable<string> Names
        {
            get
            {
                yield return Comm;
                if (ExeFile is not null)
                    yield return Path.GetFileName(ExeFile);
                if (Arguments is [{ Length: > 0 } first, ..])
                    yield return Path.GetFileName(first);
            }
        }

        public ProcessMatch ToMatch(int pid)
        {
            var name = ProcessNames.Full(Comm, ExeFile, Arguments);
            return new ProcessMatch(pid, name, ProcessNames.Join(name, Arguments));
        }
    }

    private static bool TryDescribe(string directory, out Candidate candidate)
    {
        candidate = default;
        if (!ProcStat.TryRead(directory + "/stat", out var stat) || stat.IsKernelThread || stat.HasExited)
            return false;
        candidate = new Candidate(
            stat.Comm,
            ProcessNames.WithoutDeleted(ProcFs.TryReadLink(directory + "/exe"), out _),
            ProcessNames.Arguments(ProcFs.TryReadBytes(directory + "/cmdline")));
        return true;
    }
}

/// <summary>How a process is called, from what /proc says about it.</summary>
internal static class ProcessNames
{
    private const string Deleted = " (deleted)";
    private const int CommLength = 15;

    /// <summary>comm, completed from the executable or argv[0] where the kernel cut it off.</summary>
    public static string Full(string comm, string? exeFile, string[] arguments)
    {
        if (Encoding.UTF8.GetByteCount(comm) < CommLength)
            return comm;
        string?[] longer = [Path.GetFileName(exeFile), arguments is [var first, ..] ? Path.GetFileName(first) : null];
        return longer.FirstOrDefault(n => n is not null && n.StartsWith(comm, StringComparison.Ordinal)) ?? comm;
    }

    public static string Join(string name, string[] arguments) =>
        arguments.Length == 0 ? $"[{name}]" : string.Join(' ', arguments);

    public static string? WithoutDeleted(string? link, out bool deleted)
    {
        deleted = link is not null && link.EndsWith(Deleted, StringComparison.Ordinal);
        return deleted ? link![..^Deleted.Length] : link;
    }

    /// <summary>Splits /proc/PID/cmdline at its NUL bytes.</summary>
    public static string[] Arguments(byte[]? commandLine) =>
        commandLine is null or [] ? [] : Encoding.UTF8.GetString(commandLine).TrimEnd('\0').Split('\0');
}
