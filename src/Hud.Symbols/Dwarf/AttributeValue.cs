namespace Hud.Symbols.Dwarf;

/// <summary>What <see cref="AttributeValue.Value"/> means.</summary>
internal enum AttributeKind : byte
{
    None,
    Unsigned,
    Signed,
    Flag,

    /// <summary>An address, or an index into .debug_addr.</summary>
    Address,
    AddressIndex,

    /// <summary>Position of a zero-terminated string: in .debug_info itself, .debug_str, .debug_line_str, the supplementary .debug_str.</summary>
    InlineString,
    String,
    LineString,
    SupplementaryString,
    StringIndex,

    /// <summary>Offset of a DIE in .debug_info (or .debug_types for a unit there), in the supplementary file, or a type signature.</summary>
    Reference,
    SupplementaryReference,
    Signature,

    SectionOffset,
    RangeListIndex,
    LocationListIndex,

    /// <summary>Position of the block; its length is <see cref="AttributeValue.Length"/>.</summary>
    Block,
}

/// <summary>One attribute of a DIE, decoded as far as its form goes.</summary>
internal readonly record struct AttributeValue(AttributeKind Kind, ulong Value, int Length = 0)
{
    public bool IsReference => Kind is AttributeKind.Reference or AttributeKind.SupplementaryReference or AttributeKind.Signature;

    /// <summary>The value of a constant-class attribute; a section offset counts, as DWARF 3 used data4 for both.</summary>
    public bool TryGetConstant(out ulong value)
    {
        value = Value;
        return Kind is AttributeKind.Unsigned or AttributeKind.Signed or AttributeKind.Flag or AttributeKind.SectionOffset;
    }
}
