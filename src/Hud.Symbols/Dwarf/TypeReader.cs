namespace Hud.Symbols.Dwarf;

/// <summary>Turns the DIE of a type, with its children, into a <see cref="TypeLayout"/>.</summary>
internal static class TypeReader
{
    /// <summary>What the attributes of one DIE say, as far as layouts need it.</summary>
    private record struct TypeDie(
        DwTag Tag, bool HasChildren, AttributeValue Name, AttributeValue Type, AttributeValue Signature, AttributeValue Location, AttributeValue Discriminant,
        AttributeValue DiscriminantValue, ulong? Size, ulong? Count, ulong? UpperBound, bool IsDeclaration);

    public static TypeLayout Read(DwarfTypes types, DwarfUnit unit, ulong die, SymbolLimits limits)
    {
        for (int hop = 0; hop < limits.MaxReferenceHops; hop++)
        {
            if (!unit.TryOpenDie(die, out ByteReader reader, out Abbreviation abbreviation))
            {
                break;
            }

            TypeDie type = ReadAttributes(unit, ref reader, abbreviation);
            AttributeValue through = type.Tag is DwTag.Typedef or DwTag.ConstType or DwTag.VolatileType or DwTag.AtomicType ? type.Type : type.Signature;
            if (!through.IsReference)
            {
                return Layout(types, unit, type, ref reader, limits);
            }

            if (DwarfFile.Follow(unit, through, out ulong next) is not { } nextUnit)
            {
                break;
            }

            (unit, die) = (nextUnit, next);
        }

        return new TypeLayout(types, unit, TypeKind.Unknown, "", 0, [], [], null, default);
    }

    private static TypeLayout Layout(DwarfTypes types, DwarfUnit unit, in TypeDie type, ref ByteReader reader, SymbolLimits limits)
    {
        TypeKind kind = type.Tag switch
        {
            DwTag.BaseType => TypeKind.Base,
            DwTag.StructureType or DwTag.ClassType => TypeKind.Structure,
            DwTag.UnionType => TypeKind.Union,
            DwTag.EnumerationType => TypeKind.Enumeration,
            DwTag.PointerType or DwTag.ReferenceType or DwTag.RvalueReferenceType => TypeKind.Pointer,
            DwTag.ArrayType => TypeKind.Array,
            DwTag.SubroutineType => TypeKind.Subroutine,
            _ => TypeKind.Unknown,
        };
        var children = new Children();
        if (type.HasChildren)
        {
            ReadChildren(types, unit, ref reader, limits, children);
        }

        ulong size = type.Size ?? kind switch
        {
            TypeKind.Pointer => unit.Encoding.AddressSize,
            TypeKind.Array when children.ArrayCount is { } count && type.Type.IsReference => types.Resolve(unit, type.Type).Size * count,
            _ => 0,
        };
        TypeMember? discriminant = children.DiscriminantDie == 0 ? null : children.DiscriminantMembers.GetValueOrDefault(children.DiscriminantDie);
        return new TypeLayout(
            types, unit, kind, unit.GetText(type.Name) ?? "", size, children.Members, children.Variants, discriminant, type.Type);
    }

    private sealed class Children
    {
        public List<TypeMember> Members { get; } = [];

        public List<TypeVariant> Variants { get; } = [];

        public Dictionary<ulong, TypeMember> DiscriminantMembers { get; } = [];

        public ulong DiscriminantDie { get; set; }

        public ulong? ArrayCount { get; set; }
    }

    private static void ReadChildren(DwarfTypes types, DwarfUnit unit, ref ByteReader reader, SymbolLimits limits, Children into)
    {
        // Depth 1 is the type itself; variant_part is at 2, variant at 3. Nested types and methods are walked over.
        var open = new Stack<DwTag>();
        open.Push(DwTag.StructureType);
        TypeDie variant = default;
        while (open.Count > 0 && !reader.AtEnd && into.Members.Count + into.Variants.Count < limits.MaxMembersPerType && types.TryTakeDie())
        {
            ulong die = (ulong)reader.Position;
            ulong code = reader.Uleb();
            if (code == 0)
            {
                open.Pop();
                continue;
            }

            ref readonly Abbreviation abbreviation = ref unit.Abbrevs.Find(code);
            if (!abbreviation.IsDefined)
            {
                return;
            }

            TypeDie child = ReadAttributes(unit, ref reader, abbreviation);
            DwTag parent = open.Peek();
            switch (child.Tag)
            {
                case DwTag.Member or DwTag.Inheritance when parent == DwTag.StructureType:
                    into.Members.Add(Member(types, unit, child));
                    break;
                case DwTag.Member when parent == DwTag.VariantPart:
                    into.DiscriminantMembers[die] = Member(types, unit, child);
                    break;
                case DwTag.Member when parent == DwTag.Variant:
                    TypeMember payload = Member(types, unit, child);
                    ulong? value = variant.DiscriminantValue.TryGetConstant(out ulong constant) ? constant : null;
                    into.Variants.Add(new TypeVariant(payload.Name, value, payload));
                    break;
                case DwTag.VariantPart when parent == DwTag.StructureType:
                    into.DiscriminantDie = child.Discriminant.Value;
                    break;
                case DwTag.Variant when parent == DwTag.VariantPart:
                    variant = child;
                    break;
                case DwTag.SubrangeType when parent == DwTag.StructureType:
                    ulong count = child.Count ?? child.UpperBound + 1 ?? 0;
                    into.ArrayCount = (into.ArrayCount ?? 1) * count;
                    break;
            }

            if (abbreviation.HasChildren)
            {
                if (open.Count >= limits.MaxDieDepth)
                {
                    return;
                }

                open.Push(child.Tag is DwTag.VariantPart or DwTag.Variant ? child.Tag : DwTag.None);
            }
        }
    }

    private static TypeMember Member(DwarfTypes types, DwarfUnit unit, in TypeDie die)
    {
        ulong offset = die.Location.TryGetConstant(out ulong constant) ? constant : BlockOffset(unit, die.Location);
        return new TypeMember(types, unit, unit.GetText(die.Name) ?? "", offset, die.Type);
    }

    /// <summary>DWARF 2 wrote member offsets as DW_OP_plus_uconst.</summary>
    private static ulong BlockOffset(DwarfUnit unit, in AttributeValue location)
    {
        if (location.Kind != AttributeKind.Block || location.Length < 2)
        {
            return 0;
        }

        var reader = new ByteReader(unit.Dies.Span, location.Value);
        const byte PlusUconst = 0x23;
        return reader.U8() == PlusUconst ? reader.Uleb() : 0;
    }

    private static TypeDie ReadAttributes(DwarfUnit unit, ref ByteReader reader, in Abbreviation abbreviation)
    {
        var die = new TypeDie { Tag = abbreviation.Tag, HasChildren = abbreviation.HasChildren };
        foreach (ref readonly AttributeSpec spec in unit.Abbrevs.Specs(abbreviation))
        {
            AttributeValue value = unit.Read(ref reader, spec);
            switch (spec.Name)
            {
                case DwAt.Name: die.Name = value; break;
                case DwAt.Type: die.Type = value; break;
                case DwAt.Signature: die.Signature = value; break;
                case DwAt.DataMemberLocation: die.Location = value; break;
                case DwAt.Discriminant: die.Discriminant = value; break;
                case DwAt.DiscriminantValue: die.DiscriminantValue = value; break;
                case DwAt.ByteSize when value.TryGetConstant(out ulong size): die.Size = size; break;
                case DwAt.Count when value.TryGetConstant(out ulong count): die.Count = count; break;
                case DwAt.UpperBound when value.TryGetConstant(out ulong bound): die.UpperBound = bound; break;
                case DwAt.Declaration: die.IsDeclaration = value.Value != 0; break;
            }
        }

        return die;
    }
}
