namespace Hud.Symbols.Dwarf;

/// <summary>Decodes and skips attribute forms (DWARF 5 §7.5.6).</summary>
internal static class FormReader
{
    private const int MaxIndirections = 8;

    /// <summary>The number of bytes a form takes under <paramref name="encoding"/>, or -1 when that depends on the data.</summary>
    public static int FixedSize(DwForm form, UnitEncoding encoding) => form switch
    {
        DwForm.FlagPresent or DwForm.ImplicitConst => 0,
        DwForm.Data1 or DwForm.Ref1 or DwForm.Flag or DwForm.Strx1 or DwForm.Addrx1 => 1,
        DwForm.Data2 or DwForm.Ref2 or DwForm.Strx2 or DwForm.Addrx2 => 2,
        DwForm.Strx3 or DwForm.Addrx3 => 3,
        DwForm.Data4 or DwForm.Ref4 or DwForm.RefSup4 or DwForm.Strx4 or DwForm.Addrx4 => 4,
        DwForm.Data8 or DwForm.Ref8 or DwForm.RefSup8 or DwForm.RefSig8 => 8,
        DwForm.Data16 => 16,
        DwForm.Addr => encoding.AddressSize,
        DwForm.Strp or DwForm.LineStrp or DwForm.SecOffset or DwForm.StrpSup or DwForm.GnuStrpAlt or DwForm.GnuRefAlt => encoding.OffsetSize,
        DwForm.RefAddr => encoding.Version <= 2 ? encoding.AddressSize : encoding.OffsetSize,
        _ => -1,
    };

    /// <summary>
    /// Moves over one value of a form without a <see cref="FixedSize"/>; an unknown form fails the reader, since nothing after it can be found.
    /// </summary>
    public static void SkipVariable(ref ByteReader reader, DwForm form, UnitEncoding encoding)
    {
        switch (form)
        {
            case DwForm.Sdata or DwForm.Udata or DwForm.RefUdata or DwForm.Strx or DwForm.Addrx or DwForm.Loclistx or DwForm.Rnglistx
                or DwForm.GnuAddrIndex or DwForm.GnuStrIndex:
                reader.SkipLeb();
                break;
            case DwForm.String:
                reader.CString();
                break;
            case DwForm.Block or DwForm.Exprloc:
                reader.Skip(reader.Uleb());
                break;
            case DwForm.Block1:
                reader.Skip(reader.U8());
                break;
            case DwForm.Block2:
                reader.Skip(reader.U16());
                break;
            case DwForm.Block4:
                reader.Skip(reader.U32());
                break;
            case DwForm.Indirect:
                Read(ref reader, form, 0, encoding, 0);
                break;
            default:
                reader.Fail();
                break;
        }
    }

    /// <param name="implicitConst">The value that the abbreviation holds for <see cref="DwForm.ImplicitConst"/>.</param>
    /// <param name="unitOffset">Where the unit starts in its section: unit-relative references are made absolute with it.</param>
    public static AttributeValue Read(ref ByteReader reader, DwForm form, long implicitConst, UnitEncoding encoding, ulong unitOffset)
    {
        for (int i = 0; form == DwForm.Indirect; i++)
        {
            form = (DwForm)Math.Min(reader.Uleb(), ushort.MaxValue);
            if (i == MaxIndirections || form == DwForm.ImplicitConst)
            {
                reader.Fail();
                return default;
            }
        }

        int offsetSize = encoding.OffsetSize;
        switch (form)
        {
            case DwForm.Addr: return new(AttributeKind.Address, reader.Unsigned(encoding.AddressSize));
            case DwForm.Data1: return new(AttributeKind.Unsigned, reader.U8());
            case DwForm.Data2: return new(AttributeKind.Unsigned, reader.U16());
            case DwForm.Data4: return new(AttributeKind.Unsigned, reader.U32());
            case DwForm.Data8: return new(AttributeKind.Unsigned, reader.U64());
            case DwForm.Udata: return new(AttributeKind.Unsigned, reader.Uleb());
            case DwForm.Sdata: return new(AttributeKind.Signed, (ulong)reader.Sleb());
            case DwForm.ImplicitConst: return new(AttributeKind.Signed, (ulong)implicitConst);
            case DwForm.Flag: return new(AttributeKind.Flag, reader.U8());
            case DwForm.FlagPresent: return new(AttributeKind.Flag, 1);
            case DwForm.Strp: return new(AttributeKind.String, reader.Unsigned(offsetSize));
            case DwForm.LineStrp: return new(AttributeKind.LineString, reader.Unsigned(offsetSize));
            case DwForm.StrpSup or DwForm.GnuStrpAlt: return new(AttributeKind.SupplementaryString, reader.Unsigned(offsetSize));
            case DwForm.Strx or DwForm.GnuStrIndex: return new(AttributeKind.StringIndex, reader.Uleb());
            case DwForm.Strx1: return new(AttributeKind.StringIndex, reader.U8());
            case DwForm.Strx2: return new(AttributeKind.StringIndex, reader.U16());
            case DwForm.Strx3: return new(AttributeKind.StringIndex, reader.U24());
            case DwForm.Strx4: return new(AttributeKind.StringIndex, reader.U32());
            case DwForm.Addrx or DwForm.GnuAddrIndex: return new(AttributeKind.AddressIndex, reader.Uleb());
            case DwForm.Addrx1: return new(AttributeKind.AddressIndex, reader.U8());
            case DwForm.Addrx2: return new(AttributeKind.AddressIndex, reader.U16());
            case DwForm.Addrx3: return new(AttributeKind.AddressIndex, reader.U24());
            case DwForm.Addrx4: return new(AttributeKind.AddressIndex, reader.U32());
            case DwForm.Ref1: return new(AttributeKind.Reference, unitOffset + reader.U8());
            case DwForm.Ref2: return new(AttributeKind.Reference, unitOffset + reader.U16());
            case DwForm.Ref4: return new(AttributeKind.Reference, unitOffset + reader.U32());
            case DwForm.Ref8: return new(AttributeKind.Reference, unitOffset + reader.U64());
            case DwForm.RefUdata: return new(AttributeKind.Reference, unitOffset + reader.Uleb());
            case DwForm.RefAddr: return new(AttributeKind.Reference, reader.Unsigned(FixedSize(form, encoding)));
            case DwForm.RefSup4: return new(AttributeKind.SupplementaryReference, reader.U32());
            case DwForm.RefSup8: return new(AttributeKind.SupplementaryReference, reader.U64());
            case DwForm.GnuRefAlt: return new(AttributeKind.SupplementaryReference, reader.Unsigned(offsetSize));
            case DwForm.RefSig8: return new(AttributeKind.Signature, reader.U64());
            case DwForm.SecOffset: return new(AttributeKind.SectionOffset, reader.Unsigned(offsetSize));
            case DwForm.Rnglistx: return new(AttributeKind.RangeListIndex, reader.Uleb());
            case DwForm.Loclistx: return new(AttributeKind.LocationListIndex, reader.Uleb());
            case DwForm.String:
                int start = reader.Position;
                return new(AttributeKind.InlineString, (ulong)start, reader.CString().Length);
            case DwForm.Block or DwForm.Exprloc: return Block(ref reader, reader.Uleb());
            case DwForm.Block1: return Block(ref reader, reader.U8());
            case DwForm.Block2: return Block(ref reader, reader.U16());
            case DwForm.Block4: return Block(ref reader, reader.U32());
            case DwForm.Data16: return Block(ref reader, 16);
            default:
                reader.Fail();
                return default;
        }
    }

    private static AttributeValue Block(ref ByteReader reader, ulong length)
    {
        int start = reader.Position;
        int taken = reader.Take(length).Length;
        return new(AttributeKind.Block, (ulong)start, taken);
    }
}
