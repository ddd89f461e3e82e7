using Hud.Symbols;
using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>A mapped ELF file, opened and read, before its place in memory is known.</summary>
/// <param name="Path">As the target names it.</param>
/// <param name="OpenPath">A path that opens it from here.</param>
internal sealed record ModuleFile(string Path, string OpenPath, bool IsDeleted, ImageFile File, ElfImage Image) : IDisposable
{
    /// <summary>Opens the file behind a mapping by the most exact way that works: the kernel's own link, then the path below the target's root.</summary>
    public static ModuleFile? TryOpen(TargetProcess process, MemoryMap map, SymbolLimits limits, out string? problem)
    {
        var path = ProcessNames.WithoutDeleted(Unescape(map.Path), out var deleted)!;
        var link = $"/proc/{process.Pid}/map_files/{map.LinkName}";
        var file = ImageFile.TryOpen(link, out problem);
        if (file is null && path == process.ExeFile)
            file = ImageFile.TryOpen(process.ExePath, out problem);
        if (file is null && !deleted && FileIdentity.TryOf(process.RootPath + path, out var identity) && identity.Inode == map.Inode)
            file = ImageFile.TryOpenBelow(process.RootPath, path, out problem);
        if (file is null)
            return null;

        if (ElfImage.TryRead(file.Memory, limits, out problem) is not { } image)
        {
            file.Dispose();
            problem = $"{path}: {problem}";
            return null;
        }
        return new ModuleFile(path, path == process.ExeFile ? process.ExePath : file.Path, deleted, file, image);
    }

    /// <summary>The vdso has no file: its bytes are copied out of the process.</summary>
    public static ModuleFile? TryReadVdso(ProcessMemory memory, MemoryMap map, SymbolLimits limits, out string? problem)
    {
        var bytes = new byte[Math.Min(map.End - map.Start, 1 << 20)];
        var length = memory.Read(map.Start, bytes);
        var file = ImageFile.FromBytes(map.Path, bytes[..length]);
        return ElfImage.TryRead(file.Memory, limits, out problem) is { } image
            ? new ModuleFile(map.Path, map.Path, false, file, image)
            : null;
    }

    /// <summary>
    /// What the file's addresses are moved by, from one executable mapping of it; false when no executable segment of the
    /// file is mapped there. Segments and mappings both start at page boundaries modulo the same page offset.
    /// </summary>
    public static bool TryGetBias(ElfImage image, MemoryMap map, out ulong bias)
    {
        foreach (var segment in image.Segments)
        {
            const ulong PageMask = 0xfff;
            if (segment.Type != ElfSegmentType.Load || !segment.Flags.HasFlag(ElfSegmentFlags.Execute))
                continue;
            var start = segment.FileOffset & ~PageMask;
            if (map.Offset < start || map.Offset - start >= segment.FileSize + (segment.FileOffset & PageMask))
                continue;
            bias = unchecked(map.Start - (segment.VirtualAddress + (map.Offset - segment.FileOffset)));
            return true;
        }
        bias = 0;
        return false;
    }

    public void Dispose() => File.Dispose();

    /// <summary>The kernel writes a newline in a path as \012.</summary>
    private static string Unescape(string path) => path.Replace("\\012", "\n", StringComparison.Ordinal);
}
