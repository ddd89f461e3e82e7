using Hud.Symbols.Elf;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// Types by qualified name, read lazily: the units of the crate that the name starts with come first, then those that can mention the type at all.
/// For one thread at a time.
/// </summary>
public sealed class DwarfTypes
{
    private readonly SymbolLimits _limits;
    private readonly DwarfFile _file;
    private readonly ReadBudget _dies;
    private readonly Dictionary<(DwarfUnit Unit, ulong Die), TypeLayout> _layouts = [];
    private int _depth;

    /// <param name="debugFile">Separate debug file of <paramref name="image"/>, or null.</param>
    /// <param name="supplementary">The file that .gnu_debugaltlink names, or null.</param>
    public DwarfTypes(ElfImage image, SymbolLimits limits, ElfImage? debugFile = null, ElfImage? supplementary = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _dies = new ReadBudget(limits.MaxTypeDies);
        ElfImage owner = debugFile is { HasDebugInfo: true } ? debugFile : image;
        _file = DwarfFile.Of(owner, limits, supplementary is null ? null : DwarfFile.Of(supplementary, limits));
    }

    /// <summary>False in a file without DWARF types.</summary>
    public bool IsEmpty => _file.IsEmpty;

    /// <summary>
    /// The definition of a struct, class, union, enum or typedef, such as "tokio::runtime::context::Context"; generic arguments belong to the name as
    /// DWARF spells it ("Cell&lt;u32&gt;"). Null when no unit defines it.
    /// </summary>
    public TypeLayout? FindStruct(string qualifiedName)
    {
        ArgumentNullException.ThrowIfNull(qualifiedName);
        var search = new TypeSearch(qualifiedName);
        if (search.IsEmpty)
        {
            return null;
        }

        var later = new List<DwarfUnit>();
        foreach (ulong offset in _file.UnitOffsets)
        {
            if (_file.UnitAt(offset) is not { } unit)
            {
                continue;
            }

            if (!IsOfCrate(unit, search.First))
            {
                later.Add(unit);
            }
            else if (search.TryFind(unit, _limits, out ulong die))
            {
                return LayoutAt(unit, die);
            }
        }

        StringMentions? mentions = null;
        foreach (DwarfUnit unit in later)
        {
            mentions ??= new StringMentions(_file.Sections, search.Last);
            if (mentions.MayName(unit) && search.TryFind(unit, _limits, out ulong die))
            {
                return LayoutAt(unit, die);
            }
        }

        return null;
    }

    /// <summary>As <see cref="FindStruct"/>.</summary>
    public bool TryFindStruct(string qualifiedName, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TypeLayout? layout)
    {
        layout = FindStruct(qualifiedName);
        return layout is not null;
    }

    internal TypeLayout Resolve(DwarfUnit from, in AttributeValue reference)
    {
        // The size of an array takes the layout of its element; hostile arrays are their own elements.
        if (_depth < _limits.MaxReferenceHops && DwarfFile.Follow(from, reference, out ulong die) is { } unit)
        {
            _depth++;
            TypeLayout layout = LayoutAt(unit, die);
            _depth--;
            return layout;
        }

        return new TypeLayout(this, from, TypeKind.Unknown, "", 0, [], [], null, default);
    }

    /// <summary>One more DIE inside a type; false beyond the limit, which types that overlap would go over without end.</summary>
    internal bool TryTakeDie() => _dies.TryTake(1);

    private TypeLayout LayoutAt(DwarfUnit unit, ulong die)
    {
        if (!_layouts.TryGetValue((unit, die), out TypeLayout? layout))
        {
            layout = TypeReader.Read(this, unit, die, _limits);
            if (_layouts.Count >= _limits.MaxCachedTypes)
            {
                _layouts.Clear();
            }

            _layouts[(unit, die)] = layout;
        }

        return layout;
    }

    /// <summary>rustc names units "src/lib.rs/@/crate.hash-cgu.0".</summary>
    private static bool IsOfCrate(DwarfUnit unit, ReadOnlySpan<byte> crate)
    {
        ReadOnlySpan<byte> name = unit.NameBytes.Span;
        int mark = name.IndexOf("/@/"u8);
        if (mark < 0)
        {
            return false;
        }

        name = name[(mark + 3)..];
        return name.Length > crate.Length && name.StartsWith(crate) && name[crate.Length] == (byte)'.';
    }
}
