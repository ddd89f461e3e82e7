using Hud.Symbols.Dwarf;

namespace Hud.Symbols.Symbolization;

/// <summary>Finds the split unit of a skeleton: in the package first, then in the unit's own .dwo file; the id must agree.</summary>
internal sealed class SplitUnits(ISplitDwarfSource source, SymbolLimits limits)
{
    private (DwarfSections Sections, PackageIndex Index)? _package;
    private bool _packageRead;

    /// <summary>Null when nothing has the unit's id: only the skeleton's line table is left then.</summary>
    public DwarfUnit? Find(DwarfUnit skeleton)
    {
        DwarfSections? sections = FindInPackage(skeleton.DwoId);
        if (sections is null && skeleton.DwoName is { } name && source.Open(skeleton.CompilationDirectory, name, skeleton.DwoId) is { } image)
        {
            sections = DwarfSections.OfSplit(image);
        }

        DwarfUnit? unit = sections is null ? null : FindIn(sections, skeleton);
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
