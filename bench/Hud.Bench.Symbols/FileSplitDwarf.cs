using Hud.Symbols;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;

namespace Hud.Bench.Symbols;

/// <summary>Opens .dwo files where their units say, and the .dwp next to the program.</summary>
internal sealed class FileSplitDwarf(string imagePath) : ISplitDwarfSource
{
    public ElfImage? Package { get; } = Read(DebugFilePaths.Package(imagePath));

    public ElfImage? Open(string? compilationDirectory, string name, ulong dwoId) => Read(Path.Combine(compilationDirectory ?? "", name));

    private static ElfImage? Read(string path) =>
        File.Exists(path) ? ElfImage.TryRead(new MappedFile(path).Memory, SymbolLimits.Default, out _) : null;
}
