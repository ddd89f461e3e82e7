namespace Hud.Symbols.Dwarf;

/// <summary>
/// One unit: its header, the attributes of its root DIE, and access to its DIEs and the strings, addresses and ranges they name.
/// </summary>
internal sealed class DwarfUnit
{
    private readonly SymbolLimits _limits;
    private AttributeValue _name;
    private AttributeValue _compDir;
    private AttributeValue _dwoName;
    private AttributeValue _lowPc;
    private AttributeValue _highPc;
    private AttributeValue _ranges;
    private ulong _strOffsetsBase;
    private ulong _gnuRangesBase;

    public DwarfUnit(DwarfFile file, DwarfSections sections, in UnitHeader header, bool inTypes, AbbrevTable abbrevs, SymbolLimits limits)
    {
        File = file;
        Sections = sections;
        Header = header;
        IsInTypes = inTypes;
        Abbrevs = abbrevs;
        _limits = limits;
        DwoId = header.Id;
        AddrSection = sections.Addr;
        bool split = header.Type is DwUnitType.SplitCompile or DwUnitType.SplitType;
        // Without a base attribute (always so in a .dwo) the first contribution is meant; its header is 8 or 16 bytes.
        int contributionHeader = header.Encoding.Version >= 5 ? (header.Encoding.OffsetSize == 8 ? 16 : 8) : 0;
        _strOffsetsBase = (ulong)contributionHeader;
        RngListsBase = split ? (ulong)(header.Encoding.OffsetSize == 8 ? 20 : 12) : 0;
        ReadRoot();
    }

    public DwarfFile File { get; }

    public DwarfSections Sections { get; }

    public UnitHeader Header { get; }

    public bool IsInTypes { get; }

    public AbbrevTable Abbrevs { get; }

    public UnitEncoding Encoding => Header.Encoding;

    public ReadOnlyMemory<byte> Dies => IsInTypes ? Sections.Types : Sections.Info;

    public DwTag RootTag { get; private set; }

    public ulong? StmtList { get; private set; }

    public ulong DwoId { get; private set; }

    public bool HasDwoName => _dwoName.Kind != AttributeKind.None;

    public string? DwoName => GetText(_dwoName);

    public string? Name => GetText(_name);

    public ReadOnlyMemory<byte> NameBytes => GetString(_name);

    public string? CompilationDirectory => GetText(_compDir);

    public bool HasRanges => _lowPc.Kind != AttributeKind.None || _ranges.Kind != AttributeKind.None;

    /// <summary>.debug_addr and this unit's base in it: a split unit borrows its skeleton's.</summary>
    public ReadOnlyMemory<byte> AddrSection { get; private set; }

    public ulong AddrBase { get; private set; }

    /// <summary>.debug_ranges of the file that holds the unit's addresses, and what is added to this unit's offsets into it.</summary>
    public ReadOnlyMemory<byte> RangesSection { get; private set; }

    public ulong RangesBase { get; private set; }

    public ulong RngListsBase { get; private set; }

    /// <summary>This unit's part of .debug_str_offsets; empty when its strings are not indexed.</summary>
    public ReadOnlyMemory<byte> StringOffsets
    {
        get
        {
            // The length field stands 8 bytes before the first offset in 32-bit DWARF and counts from behind itself.
            ReadOnlyMemory<byte> section = Sections.StrOffsets;
            if (Encoding.OffsetSize != 4 || _strOffsetsBase < 8 || _strOffsetsBase > (ulong)section.Length)
            {
                return default;
            }

            uint length = new ByteReader(section.Span, _strOffsetsBase - 8).U32();
            ReadOnlyMemory<byte> rest = section[(int)_strOffsetsBase..];
            return rest[..(int)Math.Min((uint)rest.Length, length < 4 ? 0 : length - 4)];
        }
    }

    /// <summary>The address that range and location lists count from.</summary>
    public ulong BaseAddress { get; private set; }

    /// <summary>Makes a split unit read addresses as its skeleton does.</summary>
    public void AdoptSkeleton(DwarfUnit skeleton)
    {
        AddrSection = skeleton.AddrSection;
        AddrBase = skeleton.AddrBase;
        RangesSection = skeleton.RangesSection;
        RangesBase = skeleton._gnuRangesBase;
        BaseAddress = skeleton.BaseAddress;
    }

    /// <summary>Positions <paramref name="reader"/> on the attributes of the DIE at <paramref name="offset"/>; false for the end of a sibling list.</summary>
    public bool TryOpenDie(ulong offset, out ByteReader reader, out Abbreviation abbreviation)
    {
        reader = new ByteReader(Dies.Span[..(int)Header.End], offset);
        ulong code = reader.Uleb();
        if (code == 0 || reader.Failed)
        {
            abbreviation = default;
            return false;
        }

        abbreviation = Abbrevs.Find(code);
        return abbreviation.IsDefined;
    }

    public AttributeValue Read(ref ByteReader reader, in AttributeSpec spec) =>
        FormReader.Read(ref reader, spec.Form, spec.ImplicitConst, Encoding, Header.Offset);

    /// <summary>The UTF-8 bytes of a string attribute, cut at the limit; empty when it is none or points nowhere.</summary>
    public ReadOnlyMemory<byte> GetString(in AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.InlineString: return StringAt(Dies, value.Value);
            case AttributeKind.String: return StringAt(Sections.Str, value.Value);
            case AttributeKind.LineString: return StringAt(Sections.LineStr, value.Value);
            case AttributeKind.SupplementaryString: return StringAt(File.Supplementary?.Sections.Str ?? default, value.Value);
            case AttributeKind.StringIndex: return TryGetStringOffset(value, out ulong offset) ? StringAt(Sections.Str, offset) : default;
            default: return default;
        }
    }

    /// <summary>Where a string lies in .debug_str; false when it lies elsewhere.</summary>
    public bool TryGetStringOffset(in AttributeValue value, out ulong offset)
    {
        offset = value.Value;
        if (value.Kind != AttributeKind.StringIndex || value.Value > uint.MaxValue)
        {
            return value.Kind == AttributeKind.String;
        }

        int size = Encoding.OffsetSize;
        var reader = new ByteReader(Sections.StrOffsets.Span, _strOffsetsBase + value.Value * (ulong)size);
        offset = reader.Unsigned(size);
        return !reader.Failed;
    }

    public string? GetText(in AttributeValue value)
    {
        ReadOnlyMemory<byte> bytes = GetString(value);
        return bytes.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(bytes.Span);
    }

    public bool TryGetAddress(in AttributeValue value, out ulong address)
    {
        address = value.Value;
        return value.Kind == AttributeKind.Address || (value.Kind == AttributeKind.AddressIndex && TryGetIndexedAddress(value.Value, out address));
    }

    public bool TryGetIndexedAddress(ulong index, out ulong address)
    {
        address = 0;
        if (index > uint.MaxValue)
        {
            return false;
        }

        var reader = new ByteReader(AddrSection.Span, AddrBase + index * Encoding.AddressSize);
        address = reader.Unsigned(Encoding.AddressSize);
        return !reader.Failed;
    }

    /// <summary>The root DIE's addresses.</summary>
    public void AddRootRanges(List<Interval> into, int value) => AddRanges(_lowPc, _highPc, _ranges, into, value);

    /// <summary>Appends the addresses that low_pc, high_pc and ranges of one DIE name.</summary>
    public void AddRanges(in AttributeValue lowPc, in AttributeValue highPc, in AttributeValue ranges, List<Interval> into, int value)
    {
        if (ranges.Kind != AttributeKind.None)
        {
            RangeLists.Add(this, ranges, _limits, into, value);
        }
        else if (lowPc.Kind != AttributeKind.None && highPc.Kind != AttributeKind.None && TryGetAddress(lowPc, out ulong low))
        {
            // DW_AT_high_pc of a constant form is a size (DWARF 4 §2.17.2).
            ulong high = highPc.TryGetConstant(out ulong size) ? low + size : TryGetAddress(highPc, out ulong end) ? end : 0;
            if (high > low && !IsDead(low))
            {
                into.Add(new Interval(low, high, value));
            }
        }
    }

    /// <summary>Linkers point the addresses of dropped sections here.</summary>
    public bool IsTombstone(ulong address) => Encoding.AddressSize == 8 ? address >= ulong.MaxValue - 1 : address >= uint.MaxValue - 1;

    /// <summary>Code at <paramref name="low"/> is not in the image: some linkers resolve addresses of dropped sections to 0 or 1.</summary>
    public bool IsDead(ulong low) => IsTombstone(low) || low < File.LowestCode;

    private ReadOnlyMemory<byte> StringAt(ReadOnlyMemory<byte> section, ulong offset)
    {
        if (offset >= (ulong)section.Length)
        {
            return default;
        }

        ReadOnlyMemory<byte> rest = section[(int)offset..];
        rest = rest[..Math.Min(rest.Length, _limits.MaxNameBytes)];
        int end = rest.Span.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private void ReadRoot()
    {
        RangesSection = Sections.Ranges;
        if (!TryOpenDie(Header.FirstDie, out ByteReader reader, out Abbreviation root))
        {
            return;
        }

        RootTag = root.Tag;
        foreach (ref readonly AttributeSpec spec in Abbrevs.Specs(root))
        {
            AttributeValue value = Read(ref reader, spec);
            switch (spec.Name)
            {
                case DwAt.Name: _name = value; break;
                case DwAt.CompDir: _compDir = value; break;
                case DwAt.DwoName or DwAt.GnuDwoName: _dwoName = value; break;
                case DwAt.GnuDwoId: DwoId = value.Value; break;
                case DwAt.LowPc: _lowPc = value; break;
                case DwAt.HighPc: _highPc = value; break;
                case DwAt.Ranges: _ranges = value; break;
                case DwAt.StmtList when value.TryGetConstant(out ulong lines): StmtList = lines; break;
                case DwAt.StrOffsetsBase: _strOffsetsBase = value.Value; break;
                case DwAt.AddrBase or DwAt.GnuAddrBase: AddrBase = value.Value; break;
                case DwAt.RnglistsBase: RngListsBase = value.Value; break;
                // Applies to the split unit only (GCC's DebugFission design), not to the skeleton's own ranges.
                case DwAt.GnuRangesBase: _gnuRangesBase = value.Value; break;
            }
        }

        BaseAddress = TryGetAddress(_lowPc, out ulong low) ? low : 0;
    }
}
