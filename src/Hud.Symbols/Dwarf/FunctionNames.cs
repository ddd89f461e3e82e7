using System.Runtime.InteropServices;

namespace Hud.Symbols.Dwarf;

/// <summary>A function as its DIE names it.</summary>
/// <param name="Linkage">Mangled name, or null.</param>
/// <param name="Qualified">DW_AT_name with the namespaces and types around it; null without a name, and where the linkage name says as much.</param>
internal sealed record DieName(string? Linkage, string? Qualified)
{
    /// <summary>The name for people, filled in by whoever demangles it first.</summary>
    public string? Readable { get; set; }
}

/// <summary>Names of functions by DIE, following abstract origins and specifications across units and files; kept once found.</summary>
internal sealed class FunctionNames(SymbolLimits limits, UnitWalker walker)
{
    private readonly Dictionary<DwarfUnit, UnitNames> _units = [];
    private readonly Dictionary<DwarfFile, Dictionary<ulong, DieName>> _shared = [];
    private UnitNames? _last;
    private DwarfFile? _lastFile;
    private Dictionary<ulong, DieName> _lastShared = [];
    private int _kept;

    /// <summary>Rough bytes of the names made since the last <see cref="Clear"/>, with the prefixes that went into them.</summary>
    public long Bytes { get; private set; }

    private sealed class UnitNames(DwarfUnit unit)
    {
        public DwarfUnit Unit => unit;

        public Dictionary<uint, DieName> ByDie { get; } = [];

        public ScopeNames? Scopes { get; set; }
    }

    /// <summary>Takes what a walk over <paramref name="unit"/> found, so that names in it need none of their own.</summary>
    public void Adopt(DwarfUnit unit, ScopeNames scopes)
    {
        Count(scopes.Count);
        NamesOf(unit).Scopes = scopes;
    }

    public DieName Get(DwarfUnit unit, ulong die, in ScopeDie scope)
    {
        if (scope.Linkage.Kind == AttributeKind.None && scope.Origin.IsReference &&
            DwarfFile.Follow(unit, scope.Origin, out ulong origin) is { } originUnit)
        {
            return Get(originUnit, origin);
        }

        return Resolve(unit, die, scope);
    }

    private DieName Get(DwarfUnit unit, ulong die)
    {
        UnitNames names = NamesOf(unit);
        var offset = (uint)(die - unit.Header.Offset);
        if (!names.ByDie.TryGetValue(offset, out DieName? name))
        {
            name = Resolve(unit, die, ScopeDie.Read(unit, die));
            Count(1);
            names.ByDie[offset] = name;
        }

        return name;
    }

    private DieName Resolve(DwarfUnit unit, ulong die, ScopeDie scope)
    {
        (DwarfUnit Unit, AttributeValue Value) name = default;
        for (int hop = 0; hop < limits.MaxReferenceHops; hop++)
        {
            if (name.Unit is null && scope.Name.Kind != AttributeKind.None)
            {
                name = (unit, scope.Name);
            }

            if (Linked(unit, die, scope.Linkage, name) is { } linked)
            {
                return linked;
            }

            // The declaration at the end of the chain lies in its namespace or type; the definition may lie outside.
            if (!scope.Origin.IsReference || DwarfFile.Follow(unit, scope.Origin, out ulong next) is not { } nextUnit)
            {
                break;
            }

            (unit, die) = (nextUnit, next);
            scope = ScopeDie.Read(unit, die);
        }

        return Made(null, Spell(unit, Qualify(unit, die, name)));
    }

    /// <summary>
    /// The name by a linkage name; null without one. Every unit that inlines a function describes it again, with the same string: one name serves all.
    /// </summary>
    private DieName? Linked(DwarfUnit unit, ulong die, in AttributeValue value, (DwarfUnit Unit, AttributeValue Value) name)
    {
        bool isShared = unit.TryGetStringOffset(value, out ulong offset);
        if (isShared && SharedNames(unit.File).TryGetValue(offset, out DieName? known))
        {
            return known;
        }

        if (unit.GetText(value) is not { } linkage)
        {
            return null;
        }

        bool isHelped = Naming.FunctionNames.IsHelpedByQualifiedName(linkage);
        string? qualified = isHelped ? Qualify(unit, die, name) : null;
        DieName made = Made(linkage, Spell(unit, qualified));
        // What an impl block is of, not every unit can tell.
        if (isShared && (!isHelped || (qualified is not null && !ImplNames.HasImpl(qualified))))
        {
            Count(1);
            SharedNames(unit.File)[offset] = made;
        }

        return made;
    }

    private string? Qualify(DwarfUnit unit, ulong die, (DwarfUnit Unit, AttributeValue Value) name)
    {
        if (name.Unit?.GetText(name.Value) is not { } text)
        {
            return null;
        }

        UnitNames names = NamesOf(unit);
        if (names.Scopes is null)
        {
            walker.Walk(unit, out ScopeNames scopes);
            Count(scopes.Count);
            names.Scopes = scopes;
        }

        return names.Scopes.Qualify(die, text);
    }

    private string? Spell(DwarfUnit unit, string? qualified) =>
        qualified is not null && NamesOf(unit).Scopes is { } scopes ? ImplNames.Spell(qualified, scopes) : qualified;

    private void Count(int added)
    {
        _kept += added;
        if (_kept > limits.MaxCachedNames)
        {
            Clear();
            _kept = added;
        }
    }

    /// <summary>Forgets all names; they are made again when asked for.</summary>
    public void Clear()
    {
        _units.Clear();
        _shared.Clear();
        _last = null;
        _lastFile = null;
        _lastShared = [];
        _kept = 0;
        Bytes = 0;
    }

    private DieName Made(string? linkage, string? qualified)
    {
        const int Objects = 100;
        Bytes += Objects + sizeof(char) * ((linkage?.Length ?? 0) + 2L * (qualified?.Length ?? 0));
        return new DieName(linkage, qualified);
    }

    private Dictionary<ulong, DieName> SharedNames(DwarfFile file)
    {
        if (_lastFile != file)
        {
            ref Dictionary<ulong, DieName>? names = ref CollectionsMarshal.GetValueRefOrAddDefault(_shared, file, out _);
            (_lastFile, _lastShared) = (file, names ??= []);
        }

        return _lastShared;
    }

    private UnitNames NamesOf(DwarfUnit unit)
    {
        if (_last?.Unit == unit)
        {
            return _last;
        }

        if (!_units.TryGetValue(unit, out UnitNames? names))
        {
            names = new UnitNames(unit);
            _units.Add(unit, names);
        }

        return _last = names;
    }
}
