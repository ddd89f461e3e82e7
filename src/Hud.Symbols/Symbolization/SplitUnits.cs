using Hud.Symbols.Dwarf;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Symbolization;

/// <summary>Finds the split unit of a skeleton: in the package first, then in the unit's own .dwo file; the id must agree.</summary>
internal sealed class SplitUnits(ISplitDwarfSource source, SymbolLimits limits)
{
    private (DwarfSections Sections, PackageIndex Index)? _package;
    private bool _packageRead;

    /// <summary>Null when nothing has the unit's id: only the skeleton's line table is left then.</summary>
    public DwarfUnit? Find(DwarfUnit skeleton)
    {
        DwarfUnit? unit = FindInPackage(skeleton.DwoId) is { } sections ? FindIn(sections, skeleton)
            : skeleton.DwoName is { } name && source.Open(skeleton.CompilationDirectory, name, skeleton.DwoId) is { } image ? FindInFile(image, skeleton)
            : null;
        unit?.AdoptSkeleton(skeleton);
        return unit;
    }

    private DwarfSections? FindInPackage(ulong id)
    {
        if (!_packageRead)
        {
            _packageRead = true;
            if (source.Package is { } image && image.TryGetSection(".debug_cu_index", out ReadOnlyMemory<byte> bytes, out _) &&
                PackageIndex.TryRead(bytes) is { } index)
            {
                _package = (DwarfSections.OfSplit(image), index);
            }
        }

        return _package is { } package ? package.Index.Find(id, package.Sections) : null;
    }

    /// <summary>DWARF 5 gives each type unit a .debug_info.dwo of its own, before or behind that of the compilation unit.</summary>
    private DwarfUnit? FindInFile(ElfImage image, DwarfUnit skeleton)
    {
        DwarfSections sections = DwarfSections.OfSplit(image);
        foreach (ReadOnlyMemory<byte> info in image.SectionsNamed(DwarfSections.SplitInfo))
        {
            if (FindIn(sections with { Info = info }, skeleton) is { } unit)
            {
                return unit;
            }
        }

        return null;
    }

    private DwarfUnit? FindIn(DwarfSections sections, DwarfUnit skeleton)
    {
        var file = new DwarfFile(sections, limits, skeleton.File.LowestCode);
        foreach (ulong offset in file.UnitOffsets)
        {
            if (file.UnitAt(offset) is { RootTag: DwTag.CompileUnit } unit && unit.DwoId == skeleton.DwoId)
            {
                return unit;
            }
        }

        return null;
    }
}
