using System.IO.Hashing;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;

namespace Hud.Target;

/// <summary>
/// Finds separate debug files as gdb does: by build id and by .gnu_debuglink, below the target's root first, then on the
/// host. A file of another build is refused.
/// </summary>
internal sealed class DebugFileFinder(string targetRoot, ModuleOptions options) : IDisposable
{
    private const string DebugFolder = "/usr/lib/debug";
    private readonly string[] _roots = IsHostRoot(targetRoot) ? ["/"] : [targetRoot, "/"];
    private readonly Lock _lock = new();
    private readonly List<ImageFile> _opened = [];
    private (ImageFile File, ElfImage Image)? _given;

    private string? GivenFile => options.SymbolsPath is { } path && !Directory.Exists(path) ? path : null;

    private string? GivenFolder => options.SymbolsPath is { } path && Directory.Exists(path) ? path : null;

    public DebugFiles Find(LoadedModule module)
    {
        if (module.Path.StartsWith('['))
            return DebugFiles.None;
        var problems = new List<string>();
        if (_given is { } given && Refusal(given.Image, module.Image) is null)
            return new DebugFiles(given.Image, given.File.Path, problems);
        foreach (var (root, path, needsBuildId) in Candidates(module))
        {
            string? Refuse(ImageFile file, ElfImage image) =>
                needsBuildId || (image.BuildId is not null && module.BuildId is not null)
                    ? Refusal(image, module.Image)
                    : module.Image.DebugLink is { } link && Crc32.HashToUInt32(file.Memory.Span) != link.Crc
                        ? "its checksum is not the one that .gnu_debuglink states"
                        : null;
            if (TryOpen(root, path, Refuse, problems) is { } found)
                return found;
        }
        return new DebugFiles(null, null, problems);
    }

    /// <summary>Reads the file that the user gave for the symbols of one of <paramref name="modules"/>.</summary>
    /// <exception cref="HudException">It is unreadable, or of another build than each of them.</exception>
    public void OpenGivenFile(IReadOnlyList<LoadedModule> modules, LoadedModule main)
    {
        if (GivenFile is not { } path)
            return;
        var file = ImageFile.TryOpen(path, out var problem)
            ?? throw new HudException($"the symbols cannot be read: {problem}", null, ExitCode.Failed);
        lock (_lock)
            _opened.Add(file);
        var image = ElfImage.TryRead(file.Memory, options.Limits, out problem)
            ?? throw new HudException($"the symbols cannot be read: {path}: {problem}", "give an ELF file", ExitCode.Failed);
        if (image.Sections.Count == 0)
            throw new HudException(
                $"the symbols cannot be read: {path} has no section that lies inside the file: it is cut off, or stripped of all names", "give the whole file", ExitCode.Failed);
        if (modules.All(m => Refusal(image, m.Image) is not null))
            throw new HudException(
                $"{path} is not the build that runs: {Refusal(image, main.Image)}", "give the file that was built together with the running program", ExitCode.Failed);
        _given = (file, image);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _opened.ForEach(f => f.Dispose());
            _opened.Clear();
        }
    }

    /// <summary>Where the split DWARF of a module may be: beside it, and where its units say.</summary>
    public ISplitDwarfSource SplitDwarfOf(LoadedModule module)
    {
        string[] folders = [.. GivenFolder is { } folder ? new[] { folder } : [], .. _roots];
        return new SplitDwarfFiles(module, folders, OpenBelow);
    }

    /// <summary>The file that dwz moved shared debug information of the module to; null when there is none.</summary>
    public ElfImage? SupplementaryOf(LoadedModule module)
    {
        var owner = module.DebugImage is { HasDebugInfo: true } debug ? debug : module.Image;
        if (owner.DebugAltLink is not { } link)
            return null;
        var beside = Path.GetDirectoryName(module.DebugPath ?? module.Path);
        string[] paths =
        [
            link.FileName.StartsWith('/') ? link.FileName : $"{beside}/{link.FileName}",
            $"{DebugFolder}/.dwz/{Path.GetFileName(link.FileName)}",
            link.BuildId.Length > 2 ? $"{DebugFolder}/.build-id/{link.BuildId[..2]}/{link.BuildId[2..]}.debug" : "",
        ];
        foreach (var root in _roots)
        {
            foreach (var path in paths.Where(p => p.Length > 0))
            {
                if (OpenBelow(root, path) is { } image && image.BuildId == link.BuildId)
                    return image;
            }
        }
        return null;
    }

    private ElfImage? OpenBelow(string root, string path)
    {
        if (ImageFile.TryOpenBelow(root, path, out _) is not { } file)
            return null;
        lock (_lock)
            _opened.Add(file);
        return ElfImage.TryRead(file.Memory, options.Limits, out _);
    }

    /// <summary>Why <paramref name="debug"/> does not belong to <paramref name="module"/>; null if it does.</summary>
    internal static string? Refusal(ElfImage debug, ElfImage module)
    {
        if (debug.BuildId is not null && module.BuildId is not null)
            return debug.BuildId == module.BuildId ? null : $"its build id is {debug.BuildId}, the running one's {module.BuildId}";
        return debug.Machine == module.Machine && CodeSegments(debug).SequenceEqual(CodeSegments(module))
            ? null
            : "it has no build id to compare, and its code lies at other addresses";
    }

    private static bool IsHostRoot(string root) =>
        FileIdentity.TryOf(root, out var target) && FileIdentity.TryOf("/", out var host) && target == host;

    private static IEnumerable<(ulong Address, ulong Size)> CodeSegments(ElfImage image) =>
        image.Segments
            .Where(s => s.Type == ElfSegmentType.Load && s.Flags.HasFlag(ElfSegmentFlags.Execute))
            .Select(s => (s.VirtualAddress, s.MemorySize));

    private IEnumerable<(string Root, string Path, bool NeedsBuildId)> Candidates(LoadedModule module)
    {
        var byId = module.BuildId is { Length: > 2 } id ? $"/.build-id/{id[..2]}/{id[2..]}.debug" : null;
        if (GivenFolder is { } folder)
        {
            if (byId is not null)
                yield return (folder, byId, true);
            yield return (folder, $"/{module.Name}.debug", true);
            yield return (folder, $"/{module.Name}", true);
        }
        if (module.Image.HasDebugInfo)
            yield break;
        foreach (var root in _roots)
        {
            if (byId is not null)
                yield return (root, DebugFolder + byId, true);
            if (module.Image.DebugLink is not { } link || link.FileName.Contains('/'))
                continue;
            var beside = Path.GetDirectoryName(module.Path);
            yield return (root, $"{beside}/{link.FileName}", false);
            yield return (root, $"{beside}/.debug/{link.FileName}", false);
            yield return (root, $"{DebugFolder}{beside}/{link.FileName}", false);
        }
    }

    private DebugFiles? TryOpen(string root, string path, Func<ImageFile, ElfImage, string?> refuse, List<string> problems)
    {
        if (ImageFile.TryOpenBelow(root, path, out _) is not { } file)
            return null;
        var image = ElfImage.TryRead(file.Memory, options.Limits, out var problem);
        if (image is not null && (problem = refuse(file, image)) is null)
        {
            lock (_lock)
                _opened.Add(file);
            return new DebugFiles(image, file.Path, problems);
        }
        problems.Add($"{file.Path} was passed over: {problem}");
        file.Dispose();
        return null;
    }
}
