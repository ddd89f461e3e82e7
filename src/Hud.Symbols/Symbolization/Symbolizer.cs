using Hud.Symbols.Dwarf;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Symbolization;

/// <summary>
/// Image addresses to source frames: from DWARF with the whole chain of inlined calls, else from the symbol table. Units are parsed at their
/// first lookup; an address looked up before is answered without allocation. Safe for several threads, one of which looks up at a time.
/// </summary>
public sealed class Symbolizer
{
    /// <summary>Rough size of a frame, and of what is kept of a scope: objects, not their texts.</summary>
    private const long FrameBytes = 120;

    private readonly SymbolLimits _limits;
    private readonly ElfImage _image;
    private readonly ElfImage? _debugFile;
    private readonly UnitMap? _units;
    private readonly UnitWalker _walker;
    private readonly FunctionNames _names;
    private readonly Naming.FunctionNameOptions _nameOptions;
    private readonly LineTableBuilder _lines;
    private readonly SplitUnits? _split;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (SourceFrame[] Frames, NameGap Gap)> _byAddress = [];
    private readonly Dictionary<DwarfUnit, UnitSymbols> _bySkeleton = [];
    private readonly List<SourceFrame> _scratch = [];
    private SymbolIndex? _symbols;
    private long _tableBytes;
    private long _frameBytes;
    private int _cachedFrames;

    /// <param name="image">The file that runs.</param>
    /// <param name="debugFile">Its separate debug file; null when there is none.</param>
    /// <param name="dwo">Where split DWARF is; without it such units give lines but no inlined calls.</param>
    /// <param name="supplementary">The file that .gnu_debugaltlink names.</param>
    public Symbolizer(
        ElfImage image, SymbolLimits limits, ElfImage? debugFile = null, ISplitDwarfSource? dwo = null, ElfImage? supplementary = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(limits);
        _image = image;
        _debugFile = debugFile;
        _limits = limits;
        _walker = new UnitWalker(limits);
        _lines = new LineTableBuilder(limits);
        _names = new FunctionNames(limits, _walker);
        _nameOptions = new Naming.FunctionNameOptions { Limits = limits };
        _split = dwo is null ? null : new SplitUnits(dwo, limits);
        ElfImage owner = debugFile is { HasDebugInfo: true } ? debugFile : image;
        if (owner.HasDebugInfo)
        {
            DwarfFile? shared = supplementary is null ? null : DwarfFile.Of(supplementary, limits);
            _units = new UnitMap(DwarfFile.Of(owner, limits, shared), _walker, limits);
        }
    }

    /// <summary>What was missing at the addresses that were looked up for the first time.</summary>
    public ReasonCounters<NameGap> Gaps { get; } = new();

    private SymbolIndex Symbols => _symbols ??= SymbolIndex.Build(_image, _debugFile);

    /// <summary>
    /// Appends the frames at <paramref name="imageAddress"/> to <paramref name="into"/>, innermost first, and returns how many; 0 when nothing names it.
    /// </summary>
    /// <param name="imageAddress">Link-time address. For a frame that was called into, the return address minus one.</param>
    public int Lookup(ulong imageAddress, List<SourceFrame> into) => Lookup(imageAddress, into, out _);

    /// <summary>As <see cref="Lookup(ulong, List{SourceFrame})"/>.</summary>
    /// <param name="gap">What is missing, and why; <see cref="NameGap.None"/> where function, file and line are known.</param>
    public int Lookup(ulong imageAddress, List<SourceFrame> into, out NameGap gap)
    {
        ArgumentNullException.ThrowIfNull(into);
        lock (_lock)
        {
            if (!_byAddress.TryGetValue(imageAddress, out (SourceFrame[] Frames, NameGap Gap) found))
            {
                found = (Find(imageAddress, out NameGap missing), missing);
                if (_byAddress.Count >= _limits.MaxCachedAddresses || _cachedFrames + found.Frames.Length > _limits.MaxCachedFrames)
                {
                    _byAddress.Clear();
                    _cachedFrames = 0;
                }

                _byAddress.Add(imageAddress, found);
                _cachedFrames += found.Frames.Length;
            }

            gap = found.Gap;
            foreach (SourceFrame frame in found.Frames)
            {
                into.Add(frame);
            }

            return found.Frames.Length;
        }
    }

    /// <summary>
    /// Puts the frames of <paramref name="addresses"/>, which ascend, to the same places of <paramref name="frames"/> through <paramref name="places"/>.
    /// Neighbours share what was read for them; nothing is kept per address.
    /// </summary>
    internal void LookupSorted(ReadOnlySpan<ulong> addresses, ReadOnlySpan<int> places, SourceFrame[][] frames)
    {
        lock (_lock)
        {
            for (int i = 0; i < addresses.Length; i++)
            {
                frames[places[i]] = i > 0 && addresses[i] == addresses[i - 1] ? frames[places[i - 1]] : Find(addresses[i], out _);
            }
        }
    }

    /// <summary>Offset in .debug_info and bytes of the unit that owns an address; false where no unit does.</summary>
    internal bool TryFindUnit(ulong imageAddress, out ulong offset, out ulong length)
    {
        lock (_lock)
        {
            UnitHeader header = _units?.Find(imageAddress)?.Header ?? default;
            offset = header.Offset;
            length = header.End - header.Offset;
            return length > 0;
        }
    }

    private SourceFrame[] Find(ulong address, out NameGap gap)
    {
        _scratch.Clear();
        gap = NameGap.None;
        if (_frameBytes + _names.Bytes > _limits.MaxCachedNameBytes)
        {
            Forget();
        }

        if (_units?.Find(address) is { } unit)
        {
            UnitSymbols symbols = SymbolsOf(unit);
            AddFrames(symbols, address);
            gap = symbols.LacksSplitUnit ? NameGap.NoSplitUnit : _scratch is [{ Line: 0 }, ..] ? NameGap.NoLine : NameGap.None;
        }

        if (_scratch.Count == 0)
        {
            gap = AddSymbol(address);
        }
        else if (_scratch[0].Source == NameSource.None)
        {
            gap = NameGap.NoSymbolHere;
        }

        Gaps.Add(gap);
        return _scratch.Count == 0 ? [] : [.. _scratch];
    }

    /// <summary>Drops every name, path and frame: what a lookup needs is read again.</summary>
    private void Forget()
    {
        _byAddress.Clear();
        _bySkeleton.Clear();
        _names.Clear();
        (_cachedFrames, _tableBytes, _frameBytes) = (0, 0, 0);
    }

    private NameGap AddSymbol(ulong address)
    {
        if (!Symbols.TryFind(address, out ElfSymbol symbol))
        {
            return Symbols.Count == 0 && _units is null ? NameGap.NoSymbols : NameGap.NoSymbolHere;
        }

        string raw = SymbolName.WithoutVersion(symbol.NameText);
        AddSymbolFrame(raw, null, default, null);
        if (Symbols.MergedGlueAt(symbol.Value).Select(twin => Naming.FunctionNames.Readable(twin, _nameOptions)).ToArray() is { Length: > 0 } twins)
        {
            _scratch[^1] = _scratch[^1] with { Function = Naming.DropGlue.Common(_scratch[^1].Function, twins) };
        }

        return _units is null ? NameGap.NoDebugInformation : NameGap.NotDescribed;
    }

    private UnitSymbols SymbolsOf(DwarfUnit unit)
    {
        if (_bySkeleton.TryGetValue(unit, out UnitSymbols? symbols))
        {
            return symbols;
        }

        DwarfUnit? split = unit.HasDwoName ? _split?.Find(unit) : null;
        DwarfUnit dies = split ?? unit;
        FunctionTable functions = _walker.Walk(dies, out ScopeNames names);
        _names.Adopt(dies, names);
        symbols = new UnitSymbols(dies, functions, _lines.TryBuild(unit), unit.CompilationDirectory, unit.HasDwoName && split is null);
        if (_tableBytes + symbols.Bytes > _limits.MaxCachedTableBytes)
        {
            _bySkeleton.Clear();
            _tableBytes = 0;
        }

        _tableBytes += symbols.Bytes;
        _bySkeleton.Add(unit, symbols);
        return symbols;
    }

    private void AddFrames(UnitSymbols unit, ulong address)
    {
        string? file = null;
        LineRow row = default;
        if (unit.Lines is not null && unit.Lines.TryFind(address, out row))
        {
            file = PathOf(unit.Lines, row.File);
        }

        if (!unit.Functions.TryFind(address, out int scope, out FunctionTable.Function function))
        {
            AddLineOnly(unit, address, file, row);
            return;
        }

        PassedScope passed = Pass(unit, scope, function);
        int parent = unit.Functions.Scopes[scope].Parent;
        _scratch.Add(Frame(unit, passed, parent >= 0, file, (int)row.Line, (int)row.Column));
        while (parent >= 0 && _scratch.Count < _limits.MaxInlineDepth)
        {
            PassedScope caller = Pass(unit, parent, function);
            parent = unit.Functions.Scopes[parent].Parent;
            _scratch.Add(passed.Caller ??=
                Frame(unit, caller, parent >= 0, PathOf(unit.Lines, passed.CallFile), (int)passed.CallLine, (int)passed.CallColumn));
            passed = caller;
        }
    }

    /// <summary>Code of a unit outside its functions: assembly, or a skeleton whose split unit is missing.</summary>
    private void AddLineOnly(UnitSymbols unit, ulong address, string? file, in LineRow row)
    {
        if (Symbols.TryFind(address, out ElfSymbol symbol))
        {
            string raw = SymbolName.WithoutVersion(symbol.NameText);
            AddSymbolFrame(raw, file, row, unit.CompilationDirectory);
        }
        else if (file is not null)
        {
            _frameBytes += FrameBytes;
            _scratch.Add(new SourceFrame("??", null, file, (int)row.Line, (int)row.Column, false, unit.CompilationDirectory, NameSource.None));
        }
    }

    private void AddSymbolFrame(string raw, string? file, in LineRow row, string? directory)
    {
        string readable = Naming.FunctionNames.Readable(raw, _nameOptions);
        _frameBytes += FrameBytes + sizeof(char) * ((long)raw.Length + readable.Length);
        _scratch.Add(new SourceFrame(readable, raw, file, (int)row.Line, (int)row.Column, false, directory, Symbols.Source));
    }

    private SourceFrame Frame(UnitSymbols unit, PassedScope scope, bool isInlined, string? file, int line, int column)
    {
        DieName name = scope.Name;
        _frameBytes += FrameBytes;
        if (name.Readable is null)
        {
            name.Readable = Naming.FunctionNames.Readable(name.Linkage ?? name.Qualified ?? "??", name.Qualified, _nameOptions);
            _frameBytes += sizeof(char) * (long)name.Readable.Length;
        }

        return new SourceFrame(name.Readable, name.Linkage, file, line, column, isInlined, unit.CompilationDirectory, NameSource.Dwarf);
    }

    private string? PathOf(LineTable? lines, ulong file)
    {
        if (lines is null)
        {
            return null;
        }

        long before = lines.PathBytes;
        string? path = lines.Path(file);
        _frameBytes += lines.PathBytes - before;
        return path;
    }

    /// <summary>Reads the DIE of a scope, once.</summary>
    private PassedScope Pass(UnitSymbols unit, int index, in FunctionTable.Function function)
    {
        ref PassedScope? slot = ref unit.Passed(index);
        if (slot is null)
        {
            Scope scope = unit.Functions.Scopes[index];
            ulong offset = unit.Dies.Header.Offset + scope.Die;
            ScopeDie die = ScopeDie.Read(unit.Dies, offset);
            _frameBytes += FrameBytes;
            slot = new PassedScope(NameOf(unit.Dies, offset, die, scope.Parent >= 0 ? 0 : function.Entry), die.CallFile, die.CallLine, die.CallColumn);
        }

        return slot;
    }

    private DieName NameOf(DwarfUnit unit, ulong offset, in ScopeDie die, ulong entry)
    {
        DieName name = _names.Get(unit, offset, die);
        // Line-tables-only units, std's among them, name functions without their path; the mangled symbol has it.
        if (name.Linkage is null && entry != 0 && Symbols.TryFindExact(entry, out ElfSymbol symbol))
        {
            string raw = SymbolName.WithoutVersion(symbol.NameText);
            if (name.Qualified is null || SymbolName.IsMangled(raw))
            {
                return new DieName(raw, null);
            }
        }

        return name;
    }
}
