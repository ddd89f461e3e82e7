using Hud.Symbols.Elf;

namespace Hud.Symbols.Dwarf;

/// <summary>The DWARF of one file: its units, found and opened lazily, and their shared abbreviation tables.</summary>
internal sealed class DwarfFile
{
    private readonly SymbolLimits _limits;
    private readonly Dictionary<(ulong Offset, UnitEncoding Encoding), AbbrevTable> _abbrevs = [];
    private readonly Dictionary<(ulong Offset, bool InTypes), DwarfUnit?> _units = [];
    private readonly ReadBudget _abbrevBudget;
    private ulong[]? _unitOffsets;
    private Dictionary<ulong, ulong>? _typeUnits;

    public DwarfFile(DwarfSections sections, SymbolLimits limits, ulong lowestCode = 0, DwarfFile? supplementary = null)
    {
        Sections = sections;
        LowestCode = lowestCode;
        Supplementary = supplementary;
        _limits = limits;
        _abbrevBudget = new ReadBudget(limits.MaxAbbreviationEntries);
    }

    public DwarfSections Sections { get; }

    /// <summary>Address of the first executable byte: what lies below was dropped by the linker.</summary>
    public ulong LowestCode { get; }

    /// <summary>The file that dwz moved shared DIEs and strings to.</summary>
    public DwarfFile? Supplementary { get; }

    public bool IsEmpty => Sections.Info.IsEmpty;

    /// <summary>Offsets of all units in .debug_info, ascending.</summary>
    public ReadOnlySpan<ulong> UnitOffsets => _unitOffsets ??= WalkHeaders(Sections.Info.Span, inTypes: false);

    public static DwarfFile Of(ElfImage image, SymbolLimits limits, DwarfFile? supplementary = null)
    {
        ulong lowest = ulong.MaxValue;
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type == ElfSegmentType.Load && segment.Flags.HasFlag(ElfSegmentFlags.Execute))
            {
                lowest = Math.Min(lowest, segment.VirtualAddress);
            }
        }

        return new DwarfFile(DwarfSections.Of(image), limits, lowest == ulong.MaxValue ? 0 : lowest, supplementary);
    }

    /// <summary>The unit whose header is at <paramref name="offset"/>; null when there is none that can be read.</summary>
    public DwarfUnit? UnitAt(ulong offset, bool inTypes = false)
    {
        if (_units.TryGetValue((offset, inTypes), out DwarfUnit? unit))
        {
            return unit;
        }

        ReadOnlySpan<byte> section = (inTypes ? Sections.Types : Sections.Info).Span;
        if (UnitHeader.TryRead(section, offset, inTypes, out UnitHeader header, out _))
        {
            unit = new DwarfUnit(this, Sections, header, inTypes, Abbrevs(header.AbbrevOffset, header.Encoding), _limits);
        }

        if (_units.Count < _limits.MaxUnits)
        {
            _units.Add((offset, inTypes), unit);
        }

        return unit;
    }

    /// <summary>The unit that holds the DIE at <paramref name="offset"/> of .debug_info.</summary>
    public DwarfUnit? UnitContaining(ulong offset)
    {
        ReadOnlySpan<ulong> offsets = UnitOffsets;
        int index = offsets.BinarySearch(offset);
        index = index < 0 ? ~index - 1 : index;
        DwarfUnit? unit = index < 0 ? null : UnitAt(offsets[index]);
        return unit is not null && offset < unit.Header.End ? unit : null;
    }

    /// <summary>The unit and DIE offset of the type with <paramref name="signature"/>; units of .debug_types and DWARF 5 type units count.</summary>
    public DwarfUnit? TypeUnit(ulong signature, out ulong die)
    {
        die = 0;
        _typeUnits ??= CollectTypeUnits();
        if (!_typeUnits.TryGetValue(signature, out ulong place))
        {
            return null;
        }

        DwarfUnit? unit = UnitAt(place >> 1, (place & 1) != 0);
        die = unit?.Header.TypeOffset ?? 0;
        return unit;
    }

    /// <summary>Follows a reference attribute; null when it leads nowhere.</summary>
    public static DwarfUnit? Follow(DwarfUnit from, in AttributeValue reference, out ulong die)
    {
        die = reference.Value;
        switch (reference.Kind)
        {
            case AttributeKind.Reference:
                return die - from.Header.Offset < from.Header.End - from.Header.Offset ? from : from.IsInTypes ? null : from.File.UnitContaining(die);
            case AttributeKind.SupplementaryReference:
                return from.File.Supplementary?.UnitContaining(die);
            case AttributeKind.Signature:
                return from.File.TypeUnit(reference.Value, out die);
            default:
                return null;
        }
    }

    private AbbrevTable Abbrevs(ulong offset, UnitEncoding encoding)
    {
        if (!_abbrevs.TryGetValue((offset, encoding), out AbbrevTable? table))
        {
            table = new AbbrevTable(Sections.Abbrev, offset, encoding, _limits, _abbrevBudget);
            _abbrevs.Add((offset, encoding), table);
        }

        return table;
    }

    private ulong[] WalkHeaders(ReadOnlySpan<byte> section, bool inTypes)
    {
        var offsets = new List<ulong>();
        ulong offset = 0;
        while (offset < (ulong)section.Length && offsets.Count < _limits.MaxUnits)
        {
            if (UnitHeader.TryRead(section, offset, inTypes, out _, out ulong end))
            {
                offsets.Add(offset);
            }

            if (end <= offset)
            {
                break;
            }

            offset = end;
        }

        return [.. offsets];
    }

    private Dictionary<ulong, ulong> CollectTypeUnits()
    {
        var units = new Dictionary<ulong, ulong>();
        foreach (ulong offset in WalkHeaders(Sections.Types.Span, inTypes: true))
        {
            UnitHeader.TryRead(Sections.Types.Span, offset, true, out UnitHeader header, out _);
            units.TryAdd(header.Id, (offset << 1) | 1);
        }

        foreach (ulong offset in UnitOffsets)
        {
            UnitHeader.TryRead(Sections.Info.Span, offset, false, out UnitHeader header, out _);
            if (header.Type is DwUnitType.Type or DwUnitType.SplitType)
            {
                units.TryAdd(header.Id, offset << 1);
            }
        }

        return units;
    }
}
