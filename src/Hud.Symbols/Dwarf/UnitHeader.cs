namespace Hud.Symbols.Dwarf;

/// <summary>A unit header (DWARF 5 §7.5.1); offsets are into the section that holds the unit.</summary>
/// <param name="End">Offset behind the unit's last byte.</param>
/// <param name="FirstDie">Offset of the root DIE.</param>
/// <param name="Id">DWO id of a skeleton or split unit, signature of a type unit, else 0.</param>
/// <param name="TypeOffset">Absolute offset of a type unit's type, else 0.</param>
internal readonly record struct UnitHeader(
    ulong Offset, ulong End, ulong FirstDie, UnitEncoding Encoding, DwUnitType Type, ulong AbbrevOffset, ulong Id, ulong TypeOffset)
{
    /// <summary>
    /// Reads the header at <paramref name="offset"/>. <paramref name="end"/> is where the next unit starts, valid even when the header is refused
    /// for its version; 0 when nothing more can be found.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> section, ulong offset, bool inTypes, out UnitHeader header, out ulong end)
    {
        header = default;
        end = 0;
        var reader = new ByteReader(section, offset);
        if (!TryReadLength(ref reader, out byte offsetSize, out ulong length))
        {
            return false;
        }

        end = (ulong)reader.Position + length;
        ushort version = reader.U16();
        var type = inTypes ? DwUnitType.Type : DwUnitType.Compile;
        byte addressSize;
        ulong abbrevs;
        if (version == 5)
        {
            type = (DwUnitType)reader.U8();
            addressSize = reader.U8();
            abbrevs = reader.Unsigned(offsetSize);
        }
        else
        {
            abbrevs = reader.Unsigned(offsetSize);
            addressSize = reader.U8();
        }

        ulong id = 0, typeOffset = 0;
        if (type is DwUnitType.Type or DwUnitType.SplitType)
        {
            id = reader.U64();
            typeOffset = offset + reader.Unsigned(offsetSize);
        }
        else if (version == 5 && type is DwUnitType.Skeleton or DwUnitType.SplitCompile)
        {
            id = reader.U64();
        }

        header = new UnitHeader(
            offset, end, (ulong)reader.Position, new UnitEncoding(offsetSize, addressSize, version), type, abbrevs, id, typeOffset);
        return !reader.Failed && version is >= 2 and <= 5 && addressSize is 4 or 8 && (ulong)reader.Position <= end;
    }

    /// <summary>The initial length of a unit, cut at the section's end; false for a reserved value or when nothing follows.</summary>
    public static bool TryReadLength(ref ByteReader reader, out byte offsetSize, out ulong length)
    {
        const uint Dwarf64 = 0xffff_ffff;
        const uint FirstReserved = 0xffff_fff0;
        offsetSize = 4;
        length = reader.U32();
        if (length == Dwarf64)
        {
            offsetSize = 8;
            length = reader.U64();
        }
        else if (length >= FirstReserved)
        {
            return false;
        }

        length = Math.Min(length, (ulong)reader.Remaining);
        return !reader.Failed && length > 0;
    }
}
