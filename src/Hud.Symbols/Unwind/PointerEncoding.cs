namespace Hud.Symbols.Unwind;

/// <summary>DW_EH_PE_*: how .eh_frame and .eh_frame_hdr store an address. The low half is the format, bits 4–6 the base, bit 7 indirection.</summary>
internal readonly record struct PointerEncoding(byte Value)
{
    public const byte Omitted = 0xFF;

    private const byte Absolute = 0x00, Uleb = 0x01, U2 = 0x02, U4 = 0x03, U8 = 0x04, Sleb = 0x09, S2 = 0x0A, S4 = 0x0B, S8 = 0x0C;
    private const byte PcRelative = 0x10, TextRelative = 0x20, DataRelative = 0x30, FunctionRelative = 0x40, Aligned = 0x50;

    public bool IsOmitted => Value == Omitted;

    /// <summary>What is stored is the address of a word that holds the pointer; that word is filled at run time.</summary>
    public bool IsIndirect => !IsOmitted && (Value & 0x80) != 0;

    /// <summary>Bytes of one value, or 0 for the LEB128 and unknown formats.</summary>
    public int Size => (Value & 0x0F) switch
    {
        Absolute or U8 or S8 => 8,
        U4 or S4 => 4,
        U2 or S2 => 2,
        _ => 0,
    };

    /// <summary>Reads the stored number alone, as lengths of address ranges are stored.</summary>
    public ulong ReadPlain(ref ByteReader reader)
    {
        switch (Value & 0x0F)
        {
            case Absolute or U8 or S8: return reader.U64();
            case Uleb: return reader.Uleb();
            case U2: return reader.U16();
            case U4: return reader.U32();
            case Sleb: return (ulong)reader.Sleb();
            case S2: return (ulong)(short)reader.U16();
            case S4: return (ulong)(int)reader.U32();
            default:
                reader.Fail();
                return 0;
        }
    }

    /// <summary>Reads a pointer and adds its base. Fails the reader for unknown formats and for bases that a file alone does not give.</summary>
    public ulong Read(ref ByteReader reader, in PointerBases bases)
    {
        if (IsOmitted) return 0;
        int baseKind = Value & 0x70;
        ulong at = bases.Section + (ulong)reader.Position;
        if (baseKind == Aligned)
        {
            reader.Skip((8 - at % 8) % 8);
            return reader.U64();
        }
        ulong value = ReadPlain(ref reader);
        // As in libgcc, a stored zero is a null pointer whatever the base.
        if (value == 0) return 0;
        switch (baseKind)
        {
            case 0: return value;
            case PcRelative: return value + at;
            case TextRelative: return value + bases.Text;
            case DataRelative: return value + bases.Data;
            case FunctionRelative: return value + bases.Function;
            default:
                reader.Fail();
                return 0;
        }
    }
}

/// <summary>What encoded pointers can be relative to, as image addresses.</summary>
/// <param name="Section">Address of the first byte the reader sees.</param>
internal readonly record struct PointerBases(ulong Section, ulong Text, ulong Data, ulong Function = 0);
