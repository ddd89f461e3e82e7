using Hud.Symbols.Elf;

namespace Hud.Symbols.Symbolization;

/// <summary>Finds the files that split DWARF keeps its functions and types in. Symbolizer asks once per unit.</summary>
public interface ISplitDwarfSource
{
    /// <summary>The package (.dwp) that belongs to the image, or null.</summary>
    ElfImage? Package { get; }

    /// <summary>The .dwo file of one unit, or null when it cannot be opened. Its id is checked by the caller.</summary>
    /// <param name="compilationDirectory">DW_AT_comp_dir, which a relative <paramref name="name"/> counts from.</param>
    /// <param name="name">DW_AT_dwo_name.</param>
    ElfImage? Open(string? compilationDirectory, string name, ulong dwoId);
}
