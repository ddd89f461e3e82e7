namespace Hud.Symbols.Dwarf;

/// <summary>What kind of type a <see cref="TypeLayout"/> describes; typedefs and const or volatile are looked through.</summary>
public enum TypeKind
{
    /// <summary>Missing or unreadable.</summary>
    Unknown,
    Base,

    /// <summary>Struct, class, tuple, closure, or a Rust enum with data (then <see cref="TypeLayout.Variants"/> is not empty).</summary>
    Structure,
    Union,

    /// <summary>An enumeration without data.</summary>
    Enumeration,

    /// <summary>Pointer or reference; Rust's Box too.</summary>
    Pointer,
    Array,
    Subroutine,
}

/// <summary>Layout of one type as DWARF has it. Types of members are read when asked for, so recursive types are no trouble.</summary>
public sealed class TypeLayout
{
    private readonly DwarfTypes _types;
    private readonly DwarfUnit _unit;
    private readonly AttributeValue _target;
    private TypeLayout? _targetLayout;

    internal TypeLayout(
        DwarfTypes types, DwarfUnit unit, TypeKind kind, string name, ulong size,
        IReadOnlyList<TypeMember> members, IReadOnlyList<TypeVariant> variants, TypeMember? discriminant, AttributeValue target)
    {
        _types = types;
        _unit = unit;
        _target = target;
        Kind = kind;
        Name = name;
        Size = size;
        Members = members;
        Variants = variants;
        Discriminant = discriminant;
    }

    public TypeKind Kind { get; }

    /// <summary>DW_AT_name with its generic arguments, not qualified; empty for an anonymous type.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public ulong Size { get; }

    /// <summary>In declaration order as the compiler wrote them; offsets need not ascend. A base class is a member named after its type.</summary>
    public IReadOnlyList<TypeMember> Members { get; }

    /// <summary>Variants of a Rust enum with data; empty for everything else.</summary>
    public IReadOnlyList<TypeVariant> Variants { get; }

    /// <summary>The tag, or the niche that serves as one; null for other types and for enums with one variant.</summary>
    public TypeMember? Discriminant { get; }

    /// <summary>What a pointer points to, the element of an array, the underlying type of an enumeration; else null.</summary>
    public TypeLayout? Target => _target.IsReference ? _targetLayout ??= _types.Resolve(_unit, _target) : null;

    /// <summary>The member called <paramref name="name"/>, or null.</summary>
    public TypeMember? Member(string name)
    {
        foreach (TypeMember member in Members)
        {
            if (member.Name == name)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>
    /// Follows members by name: "core.value" is the member value of the member core. The offset counts from the start of this type.
    /// Wrappers with a single field (Cell, UnsafeCell, newtypes) are passed through where the name asked for is not theirs.
    /// </summary>
    public bool TryFollow(string path, out ulong offset, out TypeLayout type)
    {
        ArgumentNullException.ThrowIfNull(path);
        offset = 0;
        type = this;
        foreach (string name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            TypeMember? member = type.Member(name);
            while (member is null && type.OnlyMember() is { } only)
            {
                offset += only.Offset;
                type = only.Type;
                member = type.Member(name);
            }

            if (member is null)
            {
                return false;
            }

            offset += member.Offset;
            type = member.Type;
        }

        return true;
    }

    /// <summary>
    /// The value inside wrappers with a single field that has a size: Cell, UnsafeCell, MaybeUninit, ManuallyDrop, newtypes. The result counts from the
    /// start of this type; this type itself at 0 when it is no such wrapper.
    /// </summary>
    public (ulong Offset, TypeLayout Type) Unwrap()
    {
        ulong offset = 0;
        TypeLayout type = this;
        for (int depth = 0; depth < 64 && type.OnlyMember() is { } only; depth++)
        {
            offset += only.Offset;
            type = only.Type;
        }

        return (offset, type);
    }

    /// <summary>
    /// The payload of an enum of which one variant only has data, such as Option: its place and type. Null otherwise.
    /// The first member of the variant is meant where it has several.
    /// </summary>
    public TypeMember? OnlyPayload()
    {
        TypeMember? payload = null;
        foreach (TypeVariant variant in Variants)
        {
            TypeMember? first = variant.Payload is { Type: { Size: > 0 } wrapper } place
                ? wrapper.Members.FirstOrDefault(m => m.Type.Size > 0) is { } inner ? inner.At(place.Offset) : null
                : null;
            if (first is not null)
            {
                if (payload is not null)
                {
                    return null;
                }

                payload = first;
            }
        }

        return payload;
    }

    public override string ToString() => $"{Name} ({Size} bytes)";

    /// <summary>The one member that has a size, of a type without variants. A union's members share their place, so the one as large as it counts.</summary>
    private TypeMember? OnlyMember()
    {
        if (Variants.Count > 0 || Kind is not (TypeKind.Structure or TypeKind.Union))
        {
            return null;
        }

        TypeMember? only = null;
        foreach (TypeMember member in Members)
        {
            if (member.Type.Size == 0)
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = member;
        }

        return only;
    }
}

/// <summary>A field of a type.</summary>
public sealed class TypeMember
{
    private readonly DwarfTypes _types;
    private readonly DwarfUnit _unit;
    private readonly AttributeValue _reference;
    private TypeLayout? _type;

    internal TypeMember(DwarfTypes types, DwarfUnit unit, string name, ulong offset, AttributeValue reference)
    {
        _types = types;
        _unit = unit;
        _reference = reference;
        Name = name;
        Offset = offset;
    }

    /// <summary>Rust tuples and newtypes call theirs __0, __1, …; empty for an anonymous one.</summary>
    public string Name { get; }

    /// <summary>Bytes from the start of the type that holds it.</summary>
    public ulong Offset { get; }

    public TypeLayout Type => _type ??= _types.Resolve(_unit, _reference);

    public override string ToString() => $"{Name} at {Offset}: {Type.Name}";

    internal TypeMember At(ulong start) => new(_types, _unit, Name, start + Offset, _reference);
}

/// <summary>One variant of a Rust enum.</summary>
/// <param name="Value">Value of the discriminant that selects it; null for the variant that every other value means.</param>
/// <param name="Payload">The variant's struct inside the enum.</param>
public sealed record TypeVariant(string Name, ulong? Value, TypeMember Payload);
