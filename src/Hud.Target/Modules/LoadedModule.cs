using Hud.Symbols;
using Hud.Symbols.Dwarf;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Unwind;

namespace Hud.Target;

/// <summary>Addresses from <paramref name="Start"/> up to and without <paramref name="End"/>.</summary>
public readonly record struct AddressRange(ulong Start, ulong End)
{
    public bool Contains(ulong address) => address >= Start && address < End;
}

/// <summary>
/// An ELF file mapped into the target: the executable, a shared library, or the vdso. Address in memory = image address
/// (as the file states it) + <see cref="Bias"/>. Valid until its <see cref="ProcessModules"/> is disposed.
/// </summary>
public sealed class LoadedModule
{
    private readonly Lazy<DebugFiles> _debug;
    private readonly Lazy<CfiTable?> _cfi;
    private readonly Lazy<Symbolizer> _symbolizer;
    private readonly Lazy<DwarfTypes> _types;
    private readonly Lazy<TlsBlock?> _threadLocals;

    internal LoadedModule(ModuleFile file, ulong bias, bool isMain, TargetProcess process, DebugFileFinder debugFiles, SymbolLimits limits)
    {
        Path = file.Path;
        OpenPath = file.OpenPath;
        IsDeleted = file.IsDeleted;
        Image = file.Image;
        Bias = bias;
        IsMain = isMain;
        _debug = new(() => debugFiles.Find(this));
        _cfi = new(() => CfiTable.TryBuild(Image, limits, DebugImage));
        _symbolizer = new(() => new Symbolizer(Image, limits, DebugImage, debugFiles.SplitDwarfOf(this), debugFiles.SupplementaryOf(this)));
        _types = new(() => new DwarfTypes(Image, limits, DebugImage, debugFiles.SupplementaryOf(this)));
        _threadLocals = new(() => Target.ThreadLocals.Locate(this, process));
    }

    /// <summary>As the target's mount namespace names it, to show; "[vdso]" for the vdso.</summary>
    public string Path { get; }

    /// <summary>A path that opens the very file that is mapped, also when it was deleted or replaced; as good for a uprobe as for reading.</summary>
    public string OpenPath { get; }

    /// <summary>The file name alone.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsDeleted { get; }

    /// <summary>It is the program itself and not a library.</summary>
    public bool IsMain { get; }

    public ulong Bias { get; }

    public ElfImage Image { get; }

    public string? BuildId => Image.BuildId;

    /// <summary>Executable mappings, by address.</summary>
    public IReadOnlyList<AddressRange> Code { get; internal set; } = [];

    /// <summary>A separate file with symbols or DWARF for this module; null when there is none.</summary>
    public ElfImage? DebugImage => _debug.Value.Image;

    /// <summary>Where <see cref="DebugImage"/> came from.</summary>
    public string? DebugPath => _debug.Value.Path;

    /// <summary>The file with the richer symbol table: the separate one if there is one, else the module's own.</summary>
    public ElfImage SymbolImage => DebugImage is { Symbols.Count: > 0 } debug ? debug : Image;

    /// <summary>Why debug files were passed over (build id differs, unreadable), as sentences for a person.</summary>
    public IReadOnlyList<string> DebugProblems => _debug.Value.Problems;

    /// <summary>Unwind rules, read at the first question; null when the file has none and frame pointers must do.</summary>
    public CfiTable? Cfi => _cfi.Value;

    /// <summary>Names, files and lines of its addresses; read as they are asked for.</summary>
    public Symbolizer Symbolizer => _symbolizer.Value;

    /// <summary>Its DWARF types; empty without them. For one thread at a time.</summary>
    public DwarfTypes Types => _types.Value;

    /// <summary>Where its thread-local variables are; null when it has none, or a library reaches them in a way that hud does not know.</summary>
    public TlsBlock? ThreadLocals => _threadLocals.Value;

    public ulong ToImageAddress(ulong runtimeAddress) => runtimeAddress - Bias;

    public ulong ToRuntimeAddress(ulong imageAddress) => imageAddress + Bias;

    public override string ToString() => $"{Path} at {Bias:x}";
}
