namespace Hud.Symbols.Dwarf;

/// <summary>.debug_cu_index or .debug_tu_index of a DWARF package (DWARF 5 §7.3.5, and the GNU version 2 before it).</summary>
internal sealed class PackageIndex
{
    private const int Info = 1, Types = 2, Abbrev = 3, Line = 4, StrOffsets = 6, RngLists = 8;
    private readonly ReadOnlyMemory<byte> _section;
    private readonly uint _columns;
    private readonly uint _units;
    private readonly uint _slots;
    private readonly bool _isVersion5;

    private PackageIndex(ReadOnlyMemory<byte> section, uint columns, uint units, uint slots, bool isVersion5)
    {
        _section = section;
        _columns = columns;
        _units = units;
        _slots = slots;
        _isVersion5 = isVersion5;
    }

    private ulong Rows => 16ul + _slots * 12ul;

    public static PackageIndex? TryRead(ReadOnlyMemory<byte> section)
    {
        var reader = new ByteReader(section.Span);
        uint version = reader.U32();
        uint columns = reader.U32();
        uint units = reader.U32();
        uint slots = reader.U32();
        const uint MaxColumns = 16;
        ulong size = 16ul + slots * 12ul + columns * 4ul + (ulong)units * columns * 8;
        return reader.Failed || (ushort)version is not (2 or 5) || columns > MaxColumns || !System.Numerics.BitOperations.IsPow2(slots) ||
            size > (ulong)section.Length
            ? null
            : new PackageIndex(section, columns, units, slots, (ushort)version == 5);
    }

    /// <summary>The slices of <paramref name="package"/> that belong to the unit with <paramref name="id"/>; null when it is not listed.</summary>
    public DwarfSections? Find(ulong id, DwarfSections package)
    {
        ulong mask = _slots - 1ul;
        ulong step = ((id >> 32) & mask) | 1;
        ulong slot = id & mask;
        for (uint tries = 0; tries < _slots; tries++, slot = (slot + step) & mask)
        {
            uint row = U32(16 + _slots * 8ul + slot * 4);
            if (row == 0 || row > _units)
            {
                return null;
            }

            if (new ByteReader(_section.Span, 16 + slot * 8).U64() == id)
            {
                return Slice(row - 1, package);
            }
        }

        return null;
    }

    private DwarfSections Slice(uint row, DwarfSections package)
    {
        var sections = new DwarfSections { Str = package.Str };
        for (uint column = 0; column < _columns; column++)
        {
            uint kind = U32(Rows + column * 4ul);
            ulong cell = Rows + ((row + 1ul) * _columns + column) * 4;
            ulong offset = U32(cell);
            ulong size = U32(cell + (ulong)_units * _columns * 4);
            sections = kind switch
            {
                Info => sections with { Info = Part(package.Info, offset, size) },
                Types when !_isVersion5 => sections with { Types = Part(package.Types, offset, size) },
                Abbrev => sections with { Abbrev = Part(package.Abbrev, offset, size) },
                Line => sections with { Line = Part(package.Line, offset, size) },
                StrOffsets => sections with { StrOffsets = Part(package.StrOffsets, offset, size) },
                RngLists when _isVersion5 => sections with { RngLists = Part(package.RngLists, offset, size) },
                _ => sections,
            };
        }

        return sections;
    }

    private uint U32(ulong at) => new ByteReader(_section.Span, at).U32();

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> section, ulong offset, ulong size) =>
        offset <= (ulong)section.Length && size <= (ulong)section.Length - offset ? section.Slice((int)offset, (int)size) : default;
}
