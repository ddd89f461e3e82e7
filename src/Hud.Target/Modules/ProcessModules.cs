using System.Diagnostics.CodeAnalysis;
using Hud.Symbols.Unwind;

namespace Hud.Target;

/// <summary>
/// The ELF files mapped into a process, by address. Read at construction, and again when an address is asked for that no
/// module covers (at most every half second, less often while that finds nothing new). Safe for several threads.
/// </summary>
public sealed class ProcessModules : IUnwindModules, IDisposable
{
    private const int ShortestRefreshMs = 500;
    private const int LongestRefreshMs = 10_000;

    private readonly Lock _lock = new();
    private readonly ModuleOptions _options;
    private readonly DebugFileFinder _debugFiles;
    private readonly Dictionary<FileKey, ModuleFile?> _files = [];
    private readonly Dictionary<(FileKey File, ulong Bias), LoadedModule> _known = [];
    private readonly Dictionary<FileKey, string> _problems = [];
    private Snapshot _snapshot = new([], []);
    private long _refreshedAt;
    private int _refreshMs = ShortestRefreshMs;

    private readonly record struct FileKey(ulong Device, ulong Inode, string Path);

    private readonly record struct Placed(ulong Start, ulong End, LoadedModule Module);

    private sealed record Snapshot(Placed[] Code, IReadOnlyList<LoadedModule> Modules);

    /// <exception cref="HudException">The process is gone, its memory map may not be read, or the file given for its symbols does not fit.</exception>
    public ProcessModules(TargetProcess process, ModuleOptions? options = null)
    {
        Process = process;
        _options = options ?? new ModuleOptions();
        _debugFiles = new DebugFileFinder(process.RootPath, _options);
        Refresh();
        if (Modules.Count == 0)
            throw Unreadable();
        _debugFiles.OpenGivenFile(Modules, MainModule);
    }

    public TargetProcess Process { get; }

    /// <summary>Modules with executable code that are mapped now, by address.</summary>
    public IReadOnlyList<LoadedModule> Modules => Volatile.Read(ref _snapshot).Modules;

    public LoadedModule MainModule => Modules.FirstOrDefault(m => m.IsMain) ?? Modules[0];

    /// <summary>Mapped files that could not be read, as sentences for a person.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_lock)
                return [.. _problems.Values];
        }
    }

    /// <summary>The module whose code covers an address of the process.</summary>
    public bool TryFind(ulong address, [MaybeNullWhen(false)] out LoadedModule module)
    {
        if (TryFindIn(Volatile.Read(ref _snapshot).Code, address, out module))
            return true;
        if (Environment.TickCount64 - Volatile.Read(ref _refreshedAt) < Volatile.Read(ref _refreshMs))
            return false;
        Refresh();
        return TryFindIn(Volatile.Read(ref _snapshot).Code, address, out module);
    }

    bool IUnwindModules.TryFind(ulong runtimeAddress, out UnwindModule module)
    {
        var found = TryFind(runtimeAddress, out var loaded);
        module = found ? new UnwindModule(loaded!.Image, loaded.Cfi, loaded.Bias) : default;
        return found;
    }

    /// <summary>Reads the memory map anew. Modules that stay mapped stay the same objects; once the process is gone, the last state remains.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            var before = _snapshot.Code;
            if (ProcFs.TryReadBytes($"/proc/{Process.Pid}/maps") is { Length: > 0 } text)
                Volatile.Write(ref _snapshot, Place(MemoryMap.Parse(text)));
            var changed = !before.AsSpan().SequenceEqual(_snapshot.Code);
            _refreshMs = changed ? ShortestRefreshMs : Math.Min(_refreshMs * 2, LongestRefreshMs);
            Volatile.Write(ref _refreshedAt, Environment.TickCount64);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _snapshot = new Snapshot([], []);
            foreach (var file in _files.Values)
                file?.Dispose();
            _files.Clear();
            _debugFiles.Dispose();
        }
    }

    private static bool TryFindIn(Placed[] code, ulong address, [MaybeNullWhen(false)] out LoadedModule module)
    {
        int low = 0, high = code.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (address < code[middle].Start)
            {
                high = middle - 1;
            }
            else if (address >= code[middle].End)
            {
                low = middle + 1;
            }
            else
            {
                module = code[middle].Module;
                return true;
            }
        }
        module = null;
        return false;
    }

    private Snapshot Place(List<MemoryMap> maps)
    {
        using var memory = ProcessMemory.TryOpen(Process.Pid);
        var auxiliary = ProcFs.TryReadBytes($"/proc/{Process.Pid}/auxv");
        var entry = AuxiliaryVector.Find(auxiliary, AuxiliaryVector.Entry);
        var main = maps.Where(m => m.IsExecutable && entry >= m.Start && entry < m.End).Select(m => (m.Path, m.Inode)).FirstOrDefault();

        var code = new List<Placed>();
        foreach (var map in maps.Where(m => m.IsExecutable && (m.IsFile || m.Path == "[vdso]")))
        {
            var key = new FileKey(map.Device, map.Inode, map.Path);
            if (!TryGetFile(key, map, memory, out var file))
                continue;
            if (!ModuleFile.TryGetBias(file.Image, map, out var bias))
                continue;
            var isMain = main.Path is { Length: > 0 } ? (map.Path, map.Inode) == main : file.Path == Process.ExeFile;
            if (!_known.TryGetValue((key, bias), out var module))
                _known.Add((key, bias), module = new LoadedModule(file, bias, isMain, Process, _debugFiles, _options.Limits));
            code.Add(new Placed(map.Start, map.End, module));
        }

        code.Sort((a, b) => a.Start.CompareTo(b.Start));
        var modules = code.GroupBy(c => c.Module).ToList();
        foreach (var group in modules)
            group.Key.Code = [.. group.Select(c => new AddressRange(c.Start, c.End))];
        return new Snapshot([.. code], [.. modules.Select(g => g.Key)]);
    }

    private bool TryGetFile(FileKey key, MemoryMap map, ProcessMemory? memory, [MaybeNullWhen(false)] out ModuleFile file)
    {
        if (!_files.TryGetValue(key, out file))
        {
            string? problem = null;
            file = map.IsFile ? ModuleFile.TryOpen(Process, map, _options.Limits, out problem)
                : memory is null ? null
                : ModuleFile.TryReadVdso(memory, map, _options.Limits, out problem);
            _files.Add(key, file);
            if (problem is not null)
                _problems[key] = problem;
        }
        return file is not null;
    }

    private HudException Unreadable() =>
        !Process.IsAlive()
            ? new HudException($"process {Process.Pid} ({Process.Name}) exited just now", null, ExitCode.NoTarget)
            : Problems is [var first, ..]
                ? new HudException($"the program of process {Process.Pid} cannot be read: {first}", null, ExitCode.Failed)
                : new HudException(
                    $"the memory map of process {Process.Pid} cannot be read", "run hud as root, or with CAP_SYS_PTRACE", ExitCode.PreconditionMissing);
}
