using Hud.Symbols;
using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>A process with Tokio in its program or in one of its libraries.</summary>
/// <param name="TokioFile">Path of the file that has Tokio in it, as the process names it.</param>
public sealed record TokioProcess(int Pid, string Name, string CommandLine, TokioPresence Presence, string TokioFile);

/// <summary>A Tokio process, looked at closely.</summary>
/// <param name="Versions">Of each program and library in it with a Tokio of its own, null where its file does not tell.</param>
/// <param name="Runtimes">Of those that can be told from outside; null when none can.</param>
/// <param name="IsPartial">Some of the programs and libraries do not tell.</param>
/// <param name="Forecast">For the first of them.</param>
public sealed record TokioProcessDetails(
    TokioProcess Process, IReadOnlyList<string?> Versions, IReadOnlyList<RunningRuntime>? Runtimes, bool IsPartial, TrackerForecast Forecast)
{
    /// <summary>Threads that drive a runtime; null when they cannot be told.</summary>
    public int? Workers => Runtimes?.Sum(r => r.Workers.Count);
}

/// <summary>
/// The Tokio processes of this host. Each file is read once, however many processes map it, and never again while it stays the
/// same; keep one instance to look repeatedly. For one thread at a time.
/// </summary>
public sealed class TokioProcesses
{
    private readonly Dictionary<FileIdentity, TokioPresence?> _programs = [];
    private readonly Dictionary<(ulong Device, ulong Inode, string Path), TokioPresence?> _libraries = [];
    private readonly Dictionary<FileIdentity, TrackerForecast> _forecasts = [];

    /// <summary>By pid; hud itself and what may not be looked at are left out.</summary>
    public IReadOnlyList<TokioProcess> Find()
    {
        var found = new List<TokioProcess>();
        foreach (var pid in ProcFs.Numbers("/proc"))
        {
            if (pid != Environment.ProcessId && FileIdentity.TryOf($"/proc/{pid}/exe", out var identity) && TryFind(pid, identity) is { } process)
                found.Add(process);
        }
        return found;
    }

    /// <summary>Its runtimes now and the tracker that would serve; null when it is gone.</summary>
    public TokioProcessDetails? Describe(TokioProcess process)
    {
        try
        {
            var target = TargetProcess.Open(process.Pid);
            using var modules = new ProcessModules(target);
            if (TokioModule.FindAll(modules) is not { Count: > 0 } all)
                return null;
            var tokio = all[0];
            if (!FileIdentity.TryOf(tokio.Module.OpenPath, out var identity) || !_forecasts.TryGetValue(identity, out var forecast))
            {
                var sites = PollSites.Find(tokio.Module);
                forecast = TrackerForecast.Of(tokio, sites, LayoutFromDwarf.TryRead(tokio.Module, out _) is not null);
                _forecasts[identity] = forecast;
            }
            var censuses = all.Select(t => RuntimeCensus.Take(target, t.Module)).OfType<IReadOnlyList<RunningRuntime>>().ToArray();
            return new TokioProcessDetails(
                process,
                [.. all.Select(t => t.Presence.Version)],
                censuses.Length == 0 ? null : [.. censuses.SelectMany(r => r)],
                IsPartial: censuses.Length < all.Count,
                forecast);
        }
        catch (HudException)
        {
            return null;
        }
    }

    /// <summary>All of them, looked at closely.</summary>
    public IReadOnlyList<TokioProcessDetails> List() => [.. Find().Select(Describe).OfType<TokioProcessDetails>()];

    private TokioProcess? TryFind(int pid, FileIdentity program)
    {
        if (!_programs.TryGetValue(program, out var presence))
            _programs.Add(program, presence = Look($"/proc/{pid}/exe"));
        var file = presence is not null ? ProcFs.TryReadLink($"/proc/{pid}/exe") : null;
        if (presence is null)
            (presence, file) = LookAtLibraries(pid);
        if (presence is null || !ProcStat.TryRead($"/proc/{pid}/stat", out var stat) || stat.HasExited)
            return null;

        var arguments = ProcessNames.Arguments(ProcFs.TryReadBytes($"/proc/{pid}/cmdline"));
        var exe = ProcessNames.WithoutDeleted(ProcFs.TryReadLink($"/proc/{pid}/exe"), out _);
        var name = ProcessNames.Full(stat.Comm, exe, arguments);
        return new TokioProcess(pid, name, ProcessNames.Join(name, arguments), presence, ProcessNames.WithoutDeleted(file, out _) ?? "");
    }

    /// <summary>Libraries outside the system's own folders, such as Node addons and Python extensions.</summary>
    private (TokioPresence? Presence, string? File) LookAtLibraries(int pid)
    {
        foreach (var map in MemoryMap.Parse(ProcFs.TryReadBytes($"/proc/{pid}/maps") ?? []))
        {
            if (!map.IsExecutable || !map.IsFile || IsSystemLibrary(map.Path))
                continue;
            var key = (map.Device, map.Inode, map.Path);
            if (!_libraries.TryGetValue(key, out var presence))
                _libraries.Add(key, presence = Look($"/proc/{pid}/map_files/{map.LinkName}"));
            if (presence is not null)
                return (presence, map.Path);
        }
        return default;
    }

    /// <summary>Directly in a library folder, as the distribution's C libraries are; not in a folder below, such as site-packages.</summary>
    private static bool IsSystemLibrary(string path) =>
        (path.StartsWith("/lib", StringComparison.Ordinal) || path.StartsWith("/usr/lib", StringComparison.Ordinal)) &&
        path.AsSpan().Count('/') <= 4;

    private static TokioPresence? Look(string path)
    {
        using var file = ImageFile.TryOpen(path, out _);
        if (file is null || ElfImage.TryRead(file.Memory, SymbolLimits.Default, out _) is not { } image)
            return null;
        return TokioVersion.IsRust(image) ? TokioVersion.Detect(image) : TokioVersion.DetectQuickly(image);
    }
}
