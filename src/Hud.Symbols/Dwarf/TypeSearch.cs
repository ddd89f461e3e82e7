using System.Text;

namespace Hud.Symbols.Dwarf;

/// <summary>Looks for a named type inside one unit, following namespaces by name.</summary>
internal sealed class TypeSearch
{
    private readonly byte[][] _path;

    public TypeSearch(string qualifiedName) => _path = [.. Split(qualifiedName).Select(Encoding.UTF8.GetBytes)];

    public bool IsEmpty => _path.Length == 0 || _path.Any(part => part.Length == 0);

    /// <summary>The crate or outermost namespace.</summary>
    public ReadOnlySpan<byte> First => _path[0];

    /// <summary>The type's own name.</summary>
    public ReadOnlySpan<byte> Last => _path[^1];

    /// <summary>Offset of the DIE that defines the type in <paramref name="unit"/>; declarations do not count.</summary>
    public bool TryFind(DwarfUnit unit, SymbolLimits limits, out ulong die)
    {
        var reader = new ByteReader(unit.Dies.Span[..(int)unit.Header.End], unit.Header.FirstDie);
        int depth = 0;
        // Open DIEs 0..matched are the unit and the namespaces found so far.
        int matched = 0;
        while (!reader.AtEnd)
        {
            die = (ulong)reader.Position;
            ulong code = reader.Uleb();
            if (code == 0)
            {
                depth--;
                matched = Math.Min(matched, Math.Max(0, depth - 1));
                if (depth <= 0)
                {
                    break;
                }

                continue;
            }

            ref readonly Abbreviation abbreviation = ref unit.Abbrevs.Find(code);
            if (!abbreviation.IsDefined)
            {
                break;
            }

            bool isCandidate = depth == matched + 1 && matched < _path.Length &&
                (matched == _path.Length - 1 ? IsType(abbreviation.Tag) : IsScope(abbreviation.Tag));
            if (!isCandidate)
            {
                unit.Abbrevs.Skip(ref reader, abbreviation);
            }
            else if (Matches(unit, ref reader, abbreviation, _path[matched]))
            {
                if (matched == _path.Length - 1)
                {
                    return true;
                }

                matched += abbreviation.HasChildren ? 1 : 0;
            }

            if (abbreviation.HasChildren && ++depth > limits.MaxDieDepth)
            {
                break;
            }
        }

        die = 0;
        return false;
    }

    /// <summary>"a::b&lt;c::d&gt;::e" has three parts.</summary>
    private static IEnumerable<string> Split(string name)
    {
        int start = 0, nesting = 0;
        for (int i = 0; i < name.Length; i++)
        {
            nesting += name[i] switch { '<' or '(' or '{' or '[' => 1, '>' when i == 0 || name[i - 1] != '-' => -1, ')' or '}' or ']' => -1, _ => 0 };
            if (nesting == 0 && name[i] == ':' && i + 1 < name.Length && name[i + 1] == ':')
            {
                yield return name[start..i];
                start = i + 2;
                i++;
            }
        }

        yield return name[start..];
    }

    private static bool IsScope(DwTag tag) => tag is DwTag.Namespace or DwTag.Module || IsType(tag);

    private static bool IsType(DwTag tag) =>
        tag is DwTag.StructureType or DwTag.ClassType or DwTag.UnionType or DwTag.EnumerationType or DwTag.Typedef or DwTag.BaseType;

    private static bool Matches(DwarfUnit unit, ref ByteReader reader, in Abbreviation abbreviation, ReadOnlySpan<byte> name)
    {
        bool matches = false, declared = false;
        foreach (ref readonly AttributeSpec spec in unit.Abbrevs.Specs(abbreviation))
        {
            switch (spec.Name)
            {
                case DwAt.Name:
                    matches = unit.GetString(unit.Read(ref reader, spec)).Span.SequenceEqual(name);
                    break;
                case DwAt.Declaration:
                    declared = unit.Read(ref reader, spec).Value != 0;
                    break;
                default:
                    unit.Abbrevs.Skip(ref reader, spec);
                    break;
            }
        }

        return matches && !declared;
    }
}
