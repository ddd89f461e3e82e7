using System.Text;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// The namespaces and types of one unit that qualify the names of the functions in them. A DIE does not point to its parent, so they come from the
/// walk over the unit.
/// </summary>
/// <param name="entries">In the order of the DIEs.</param>
internal sealed class ScopeNames(DwarfUnit unit, ScopeNames.Entry[] entries, SymbolLimits limits)
{
    private readonly Dictionary<int, string> _prefixes = [];
    private readonly Dictionary<string, string?> _types = [];
    private List<int>? _impls;

    public int Count => entries.Length;

    /// <param name="Start">Offset of the DIE from the start of the unit.</param>
    /// <param name="End">Offset behind its last descendant.</param>
    /// <param name="Parent">Index of the entry that it lies in; -1 at the top.</param>
    internal record struct Entry(uint Start, uint End, int Parent);

    /// <summary>"a::b::name" for the function at <paramref name="die"/> inside namespaces a and b; the bare name at the top.</summary>
    public string Qualify(ulong die, string name)
    {
        int scope = Innermost((uint)(die - unit.Header.Offset));
        return scope < 0 ? name : string.Concat(Prefix(scope), name);
    }

    private int Innermost(uint offset)
    {
        int low = 0, high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = entries[middle].Start < offset ? (middle + 1, high) : (low, middle);
        }

        int scope = low - 1;
        while (scope >= 0 && offset >= entries[scope].End)
        {
            scope = entries[scope].Parent;
        }

        return scope;
    }

    /// <summary>What <c>app::db::{impl#3}</c> is an impl of, from a function in it; null where the unit has none.</summary>
    public string? ImplType(string path)
    {
        if (!_types.TryGetValue(path, out string? type))
        {
            byte[] wanted = Encoding.UTF8.GetBytes(path);
            foreach (int impl in _impls ??= FindImpls())
            {
                if (HasPath(impl, wanted) && (type = ImplType(impl)) is not null)
                {
                    break;
                }
            }

            _types.Add(path, type);
        }

        return type;
    }

    private List<int> FindImpls()
    {
        var impls = new List<int>();
        for (int i = 0; i < entries.Length && impls.Count < limits.MaxImplsPerUnit; i++)
        {
            if (NameOf(entries[i]).Span.StartsWith("{impl#"u8))
            {
                impls.Add(i);
            }
        }

        return impls;
    }

    private bool HasPath(int scope, ReadOnlySpan<byte> path)
    {
        while (true)
        {
            ReadOnlySpan<byte> name = NameOf(entries[scope]).Span;
            if (name.IsEmpty || !path.EndsWith(name))
            {
                return false;
            }

            path = path[..^name.Length];
            scope = entries[scope].Parent;
            if (scope < 0 || path.IsEmpty)
            {
                return scope < 0 && path.IsEmpty;
            }

            if (!path.EndsWith("::"u8))
            {
                return false;
            }

            path = path[..^2];
        }
    }

    private string? ImplType(int impl)
    {
        ulong start = unit.Header.Offset;
        ulong end = Math.Min(start + entries[impl].End, unit.Header.End);
        var reader = new ByteReader(unit.Dies.Span[..(int)end], start + entries[impl].Start);
        for (int dies = 0; dies < limits.MaxDiesPerImpl && !reader.AtEnd; dies++)
        {
            ulong die = (ulong)reader.Position;
            ulong code = reader.Uleb();
            if (code == 0)
            {
                continue;
            }

            ref readonly Abbreviation abbreviation = ref unit.Abbrevs.Find(code);
            if (!abbreviation.IsDefined)
            {
                break;
            }

            unit.Abbrevs.Skip(ref reader, abbreviation);
            if (abbreviation.Role == DieRole.Function && unit.GetText(ScopeDie.Read(unit, die).Linkage) is { } linkage &&
                ImplNames.OfFunction(linkage, 1 + DepthBelow(impl, die), limits) is { } type)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>How many scopes lie between an entry and a DIE in it.</summary>
    private int DepthBelow(int entry, ulong die)
    {
        int depth = 0;
        for (int scope = Innermost((uint)(die - unit.Header.Offset)); scope > entry; scope = entries[scope].Parent)
        {
            depth++;
        }

        return depth;
    }

    /// <summary>"a::b::" of one entry; outer names are left out where the text would exceed the limit of a name.</summary>
    private string Prefix(int scope)
    {
        if (_prefixes.TryGetValue(scope, out string? known))
        {
            return known;
        }

        string prefix = "";
        for (int outer = scope; outer >= 0 && prefix.Length <= limits.MaxNameBytes; outer = entries[outer].Parent)
        {
            prefix = string.Concat(NameOf(entries[outer]) is { IsEmpty: false } name ? Encoding.UTF8.GetString(name.Span) : "(anonymous)", "::", prefix);
        }

        _prefixes.Add(scope, prefix);
        return prefix;
    }

    private ReadOnlyMemory<byte> NameOf(in Entry entry)
    {
        if (!unit.TryOpenDie(unit.Header.Offset + entry.Start, out ByteReader reader, out Abbreviation abbreviation))
        {
            return default;
        }

        foreach (ref readonly AttributeSpec spec in unit.Abbrevs.Specs(abbreviation))
        {
            if (spec.Name == DwAt.Name)
            {
                return unit.GetString(unit.Read(ref reader, spec));
            }

            unit.Abbrevs.Skip(ref reader, spec);
        }

        return default;
    }
}
