using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hud.Symbols.Dwarf;

/// <summary>Attribute name and form of one abbreviation.</summary>
/// <param name="FixedSize">Bytes of the value, or -1 when that depends on the data.</param>
internal readonly record struct AttributeSpec(DwAt Name, DwForm Form, sbyte FixedSize, long ImplicitConst);

/// <summary>What a walk for functions does with a DIE.</summary>
internal enum DieRole : byte
{
    /// <summary>Walked over.</summary>
    Other,

    /// <summary>DW_TAG_subprogram; it owns addresses when <see cref="Abbreviation.HasRanges"/>.</summary>
    Function,

    /// <summary>DW_TAG_inlined_subroutine with addresses.</summary>
    Inlined,

    /// <summary>A namespace or type with children: its name qualifies those of the functions in it.</summary>
    Qualifier,
}

/// <summary>One abbreviation, with what a walk over millions of DIEs needs precomputed.</summary>
/// <param name="SpecCount">Number of attributes; -1 for a code that the table does not define.</param>
/// <param name="FixedSize">Bytes of all attributes together, or -1 when that depends on the data.</param>
/// <param name="LowPc">Byte offset of DW_AT_low_pc inside the attributes when it is fixed and the form is addr; else -1.</param>
/// <param name="HighPc">The same for DW_AT_high_pc as data4.</param>
/// <param name="Ranges">The same for DW_AT_ranges as sec_offset.</param>
/// <param name="HasRanges">The DIE may own addresses: it has low_pc or ranges.</param>
internal readonly record struct Abbreviation(
    DwTag Tag, bool HasChildren, DieRole Role, bool HasRanges, int FirstSpec, int SpecCount, int FixedSize, int LowPc, int HighPc, int Ranges)
{
    public bool IsDefined => SpecCount >= 0;
}

/// <summary>
/// One table of .debug_abbrev for one encoding. Entries are decoded as far as codes are asked for: a unit's root DIE needs
/// the first entry only, and thousands of units have their root read before one of them is walked.
/// </summary>
/// <param name="budget">Entries that may still be decoded in the file: its tables can overlap.</param>
internal sealed class AbbrevTable(ReadOnlyMemory<byte> section, ulong offset, UnitEncoding encoding, SymbolLimits limits, ReadBudget budget)
{
    private static readonly Abbreviation Undefined = new(DwTag.None, false, DieRole.Other, false, 0, -1, -1, -1, -1, -1);

    private readonly List<AttributeSpec> _specs = [];
    private Abbreviation[] _dense = new Abbreviation[8];
    private int _count;
    private Dictionary<ulong, Abbreviation>? _sparse;
    private ulong _next = offset;
    private bool _complete;

    public UnitEncoding Encoding => encoding;

    public ReadOnlySpan<AttributeSpec> Specs(in Abbreviation abbreviation) =>
        CollectionsMarshal.AsSpan(_specs).Slice(abbreviation.FirstSpec, abbreviation.SpecCount);

    /// <summary>The abbreviation of <paramref name="code"/>; one that is not <see cref="Abbreviation.IsDefined"/> ends what can be read of the unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Abbreviation Find(ulong code)
    {
        if (code - 1 < (ulong)_count)
        {
            return ref _dense[(int)(code - 1)];
        }

        return ref FindSlow(code);
    }

    /// <summary>Moves from the first attribute of a DIE to behind its last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(ref ByteReader reader, in Abbreviation abbreviation)
    {
        if (abbreviation.FixedSize >= 0)
        {
            reader.Skip((ulong)abbreviation.FixedSize);
        }
        else
        {
            SkipEach(ref reader, abbreviation);
        }
    }

    /// <summary>Moves over one attribute.</summary>
    public void Skip(ref ByteReader reader, in AttributeSpec spec)
    {
        if (spec.FixedSize >= 0)
        {
            reader.Skip((ulong)spec.FixedSize);
        }
        else
        {
            FormReader.SkipVariable(ref reader, spec.Form, encoding);
        }
    }

    private void SkipEach(ref ByteReader reader, in Abbreviation abbreviation)
    {
        foreach (ref readonly AttributeSpec spec in Specs(abbreviation))
        {
            Skip(ref reader, spec);
        }
    }

    private ref readonly Abbreviation FindSlow(ulong code)
    {
        while (true)
        {
            if (code - 1 < (ulong)_count)
            {
                return ref _dense[(int)(code - 1)];
            }

            if (_sparse is not null)
            {
                ref readonly Abbreviation found = ref CollectionsMarshal.GetValueRefOrNullRef(_sparse, code);
                if (!Unsafe.IsNullRef(in found))
                {
                    return ref found;
                }
            }

            if (_complete)
            {
                return ref Undefined;
            }

            ReadNext();
        }
    }

    private void ReadNext()
    {
        var reader = new ByteReader(section.Span, _next);
        ulong code = reader.Uleb();
        if (code == 0 || reader.Failed)
        {
            _complete = true;
            return;
        }

        var tag = (DwTag)Math.Min(reader.Uleb(), ushort.MaxValue);
        bool hasChildren = reader.U8() != 0;
        int first = _specs.Count;
        int size = 0, lowPc = -1, highPc = -1, ranges = -1;
        bool hasRanges = false;
        while (!reader.AtEnd)
        {
            ulong name = reader.Uleb();
            ulong form = reader.Uleb();
            long constant = form == (ulong)DwForm.ImplicitConst ? reader.Sleb() : 0;
            if (name == 0 && form == 0)
            {
                break;
            }

            var at = (DwAt)Math.Min(name, ushort.MaxValue);
            var kind = (DwForm)Math.Min(form, ushort.MaxValue);
            int fixedSize = FormReader.FixedSize(kind, encoding);
            if (_specs.Count - first == limits.MaxAttributesPerAbbreviation || !budget.TryTake(1))
            {
                _complete = true;
                return;
            }

            _specs.Add(new AttributeSpec(at, kind, (sbyte)fixedSize, constant));
            hasRanges |= at is DwAt.LowPc or DwAt.Ranges;
            if (size >= 0)
            {
                lowPc = (at, kind) == (DwAt.LowPc, DwForm.Addr) ? size : lowPc;
                highPc = (at, kind) == (DwAt.HighPc, DwForm.Data4) ? size : highPc;
                ranges = (at, kind) == (DwAt.Ranges, DwForm.SecOffset) ? size : ranges;
                size = fixedSize < 0 ? -1 : size + fixedSize;
            }
        }

        _complete = reader.Failed || !budget.TryTake(1);
        _next = (ulong)reader.Position;
        Add(code, new Abbreviation(
            tag, hasChildren, RoleOf(tag, hasChildren, hasRanges), hasRanges, first, _specs.Count - first, size, lowPc, highPc, ranges));
    }

    private void Add(ulong code, in Abbreviation abbreviation)
    {
        if (code == (ulong)_count + 1 && _sparse?.ContainsKey(code) is not true)
        {
            if (_count == _dense.Length)
            {
                Array.Resize(ref _dense, _count * 2);
            }

            _dense[_count++] = abbreviation;
        }
        else
        {
            // The first definition of a code counts.
            (_sparse ??= []).TryAdd(code, abbreviation);
        }
    }

    private static DieRole RoleOf(DwTag tag, bool hasChildren, bool hasRanges) => tag switch
    {
        DwTag.Subprogram => DieRole.Function,
        DwTag.InlinedSubroutine when hasRanges => DieRole.Inlined,
        DwTag.Namespace or DwTag.Module or DwTag.StructureType or DwTag.ClassType or DwTag.UnionType or DwTag.EnumerationType when hasChildren =>
            DieRole.Qualifier,
        _ => DieRole.Other,
    };
}
