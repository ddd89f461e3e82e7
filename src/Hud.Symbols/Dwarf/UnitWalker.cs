using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// Walks every DIE of a unit once and keeps the functions and inlined calls that own addresses, and what qualifies the names of its functions.
/// One walker serves many units in turn, so that its lists grow once.
/// </summary>
internal sealed class UnitWalker(SymbolLimits limits)
{
    private readonly List<Scope> _scopes = [];
    private readonly List<Interval> _inlined = [];
    private readonly List<Interval> _ranges = [];
    private readonly List<FunctionTable.Function> _functions = [];
    private readonly List<ScopeNames.Entry> _qualifiers = [];
    private Open[] _open = new Open[64];
    private int _depth;
    private int _subprograms;

    /// <summary>Per open DIE: the scope and qualifier that hold outside it, and the function or qualifier that ends with it.</summary>
    private record struct Open(int OuterScope, int OuterQualifier, int Function, int Qualifier, int SubprogramsBefore);

    /// <summary>The functions of <paramref name="unit"/>, and the namespaces and types around them.</summary>
    public FunctionTable Walk(DwarfUnit unit, out ScopeNames names)
    {
        _scopes.Clear();
        _inlined.Clear();
        _ranges.Clear();
        _functions.Clear();
        _qualifiers.Clear();
        _depth = _subprograms = 0;
        WalkDies(unit);
        names = new ScopeNames(unit, [.. _qualifiers], limits);
        return new FunctionTable([.. _scopes], [.. _inlined], [.. _functions], IntervalMap.Build(CollectionsMarshal.AsSpan(_ranges)));
    }

    private void WalkDies(DwarfUnit unit)
    {
        ulong unitStart = unit.Header.Offset;
        ReadOnlySpan<byte> bytes = unit.Dies.Span[..(int)unit.Header.End];
        var reader = new ByteReader(bytes, unit.Header.FirstDie);
        AbbrevTable abbrevs = unit.Abbrevs;
        int scope = -1, qualifier = -1;
        while (!reader.AtEnd)
        {
            uint die = (uint)((ulong)reader.Position - unitStart);
            ulong code = reader.Uleb();
            if (code == 0)
            {
                if (_depth == 0)
                {
                    break;
                }

                Open ended = _open[--_depth];
                (scope, qualifier) = (ended.OuterScope, ended.OuterQualifier);
                Close(ended, (uint)((ulong)reader.Position - unitStart));
                continue;
            }

            ref readonly Abbreviation abbreviation = ref abbrevs.Find(code);
            if (!abbreviation.IsDefined)
            {
                break;
            }

            var open = new Open(scope, qualifier, -1, -1, _subprograms);
            switch (abbreviation.Role)
            {
                case DieRole.Function:
                    _subprograms++;
                    if (abbreviation.HasRanges && AddScope(unit, ref reader, bytes, abbreviation, die, -1))
                    {
                        scope = _scopes.Count - 1;
                        open.Function = _functions.Count - 1;
                    }
                    else if (!abbreviation.HasRanges)
                    {
                        abbrevs.Skip(ref reader, abbreviation);
                    }

                    break;
                case DieRole.Inlined:
                    scope = AddScope(unit, ref reader, bytes, abbreviation, die, scope) ? _scopes.Count - 1 : scope;
                    break;
                case DieRole.Qualifier when _qualifiers.Count < limits.MaxScopesPerUnit:
                    open.Qualifier = _qualifiers.Count;
                    _qualifiers.Add(new ScopeNames.Entry(die, uint.MaxValue, qualifier));
                    qualifier = open.Qualifier;
                    abbrevs.Skip(ref reader, abbreviation);
                    break;
                default:
                    abbrevs.Skip(ref reader, abbreviation);
                    break;
            }

            if (!abbreviation.HasChildren)
            {
                (scope, qualifier) = (open.OuterScope, open.OuterQualifier);
            }
            else if (!TryPush(open))
            {
                break;
            }
        }

        while (_depth > 0)
        {
            Close(_open[--_depth], uint.MaxValue);
        }
    }

    private bool TryPush(in Open open)
    {
        if (_depth >= limits.MaxDieDepth)
        {
            return false;
        }

        if (_depth == _open.Length)
        {
            Array.Resize(ref _open, _depth * 2);
        }

        _open[_depth++] = open;
        return true;
    }

    private void Close(in Open ended, uint end)
    {
        if (ended.Function >= 0)
        {
            _functions[ended.Function] = _functions[ended.Function] with { InlinedEnd = _inlined.Count };
        }

        if (ended.Qualifier < 0)
        {
            return;
        }

        if (_subprograms == ended.SubprogramsBefore)
        {
            // No function in it, nor in what it holds, which is gone already: most types are of this kind.
            _qualifiers.RemoveAt(ended.Qualifier);
        }
        else
        {
            CollectionsMarshal.AsSpan(_qualifiers)[ended.Qualifier].End = end;
        }
    }

    /// <summary>Keeps a function (<paramref name="parent"/> below 0, whatever holds it) or inlined call if it owns addresses, and moves behind its attributes.</summary>
    private bool AddScope(DwarfUnit unit, ref ByteReader reader, ReadOnlySpan<byte> bytes, in Abbreviation abbreviation, uint die, int parent)
    {
        if (_scopes.Count >= limits.MaxScopesPerUnit)
        {
            unit.Abbrevs.Skip(ref reader, abbreviation);
            return false;
        }

        bool isFunction = abbreviation.Role == DieRole.Function;
        List<Interval> into = isFunction ? _ranges : _inlined;
        int first = into.Count;
        ReadRanges(unit, ref reader, bytes, abbreviation, into, isFunction ? _functions.Count : _scopes.Count);
        if (into.Count == first)
        {
            return false;
        }

        _scopes.Add(new Scope(die, parent));
        if (isFunction)
        {
            _functions.Add(new FunctionTable.Function(_scopes.Count - 1, into[first].Low, _inlined.Count, _inlined.Count));
        }

        return true;
    }

    private void ReadRanges(
        DwarfUnit unit, ref ByteReader reader, ReadOnlySpan<byte> bytes, in Abbreviation abbreviation, List<Interval> into, int value)
    {
        int attributes = reader.Position;
        int wanted = Math.Max(abbreviation.HighPc, abbreviation.Ranges) + sizeof(uint);
        if (wanted <= bytes.Length - attributes && unit.Encoding is { AddressSize: sizeof(ulong), OffsetSize: sizeof(uint) })
        {
            if (abbreviation.Ranges >= 0)
            {
                uint offset = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(attributes + abbreviation.Ranges)..]);
                RangeLists.Add(unit, new AttributeValue(AttributeKind.SectionOffset, offset), limits, into, value);
                unit.Abbrevs.Skip(ref reader, abbreviation);
                return;
            }

            if (abbreviation is { LowPc: >= 0, HighPc: >= sizeof(ulong) } && abbreviation.HighPc > abbreviation.LowPc)
            {
                ulong low = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(attributes + abbreviation.LowPc)..]);
                uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(attributes + abbreviation.HighPc)..]);
                if (size > 0 && low + size > low && !unit.IsDead(low))
                {
                    into.Add(new Interval(low, low + size, value));
                }

                unit.Abbrevs.Skip(ref reader, abbreviation);
                return;
            }
        }

        AttributeValue lowPc = default, highPc = default, ranges = default;
        foreach (ref readonly AttributeSpec spec in unit.Abbrevs.Specs(abbreviation))
        {
            switch (spec.Name)
            {
                case DwAt.LowPc: lowPc = unit.Read(ref reader, spec); break;
                case DwAt.HighPc: highPc = unit.Read(ref reader, spec); break;
                case DwAt.Ranges: ranges = unit.Read(ref reader, spec); break;
                default: unit.Abbrevs.Skip(ref reader, spec); break;
            }
        }

        unit.AddRanges(lowPc, highPc, ranges, into, value);
    }
}
