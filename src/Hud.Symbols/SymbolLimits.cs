namespace Hud.Symbols;

/// <summary>
/// Every "how many is too many" of the readers: a file that asks for more is answered with a problem or with less detail,
/// never with more memory or time. The defaults fit the largest Rust and C++ programs seen (4 GB of debug information, millions of symbols).
/// </summary>
public sealed record SymbolLimits
{
    public static SymbolLimits Default { get; } = new();

    /// <summary>Section headers of one file.</summary>
    public int MaxSections { get; init; } = 1 << 16;

    /// <summary>Program headers of one file; every conversion of an address looks through them.</summary>
    public int MaxSegments { get; init; } = 1 << 12;

    /// <summary>Bytes of notes read for one file's build id.</summary>
    public int MaxNoteBytes { get; init; } = 16 << 20;

    /// <summary>Bytes that one compressed section may unpack to.</summary>
    public int MaxDecompressedSectionBytes { get; init; } = 1 << 30;

    /// <summary>Bytes that all compressed sections of one file may unpack to.</summary>
    public long MaxDecompressedFileBytes { get; init; } = 3L << 30;

    /// <summary>Entries read from one symbol table.</summary>
    public int MaxSymbols { get; init; } = 16 << 20;

    /// <summary>Entries read from the relative relocations of one file.</summary>
    public int MaxRelocations { get; init; } = 64 << 20;

    /// <summary>UTF-8 bytes of one name; a longer one is cut.</summary>
    public int MaxNameBytes { get; init; } = 16 << 10;

    /// <summary>Nested paths, types and constants of one mangled name. The deepest in rustc's own driver needs about 120.</summary>
    public int MaxDemangleDepth { get; init; } = 400;

    /// <summary>UTF-16 units of one readable name: back references let a short symbol stand for an exponentially long one.</summary>
    public int MaxDemangledLength { get; init; } = 256 << 10;

    /// <summary>Grammar productions followed for one mangled name, printed or not.</summary>
    public int MaxDemangleSteps { get; init; } = 1_000_000;

    /// <summary>Functions indexed from one .debug_frame, or .eh_frame without a header.</summary>
    public int MaxFunctions { get; init; } = 8 << 20;

    /// <summary>Call frame instructions executed for one function.</summary>
    public int MaxCfiInstructions { get; init; } = 1 << 18;

    /// <summary>States remembered at once by call frame instructions.</summary>
    public int MaxCfiStates { get; init; } = 64;

    /// <summary>Unwind rows of one function.</summary>
    public int MaxRowsPerFunction { get; init; } = 1 << 16;

    /// <summary>Rules of registers in all unwind rows of one function.</summary>
    public int MaxRulesPerFunction { get; init; } = 1 << 20;

    /// <summary>Unwind rows kept for one file; beyond that the kept ones are forgotten and made again when needed.</summary>
    public int MaxKeptRows { get; init; } = 1 << 20;

    /// <summary>Rules of registers in the unwind rows kept for one file; the same holds.</summary>
    public int MaxKeptRules { get; init; } = 4 << 20;

    /// <summary>Operations of one DWARF expression.</summary>
    public int MaxExpressionSteps { get; init; } = 1_000;

    /// <summary>Frames of one unwound stack.</summary>
    public int MaxFrames { get; init; } = 1_024;

    /// <summary>Units kept of one file.</summary>
    public int MaxUnits { get; init; } = 4 << 20;

    /// <summary>Abbreviations and their attributes decoded for one file: units may share tables, and overlapping ones are read again each.</summary>
    public int MaxAbbreviationEntries { get; init; } = 32 << 20;

    /// <summary>Attributes of one abbreviation; its DIEs, and what follows them in the unit, are not read.</summary>
    public int MaxAttributesPerAbbreviation { get; init; } = 1 << 9;

    /// <summary>Functions and inlined calls of one unit.</summary>
    public int MaxScopesPerUnit { get; init; } = 16 << 20;

    /// <summary>Rust impl blocks of one unit whose type is looked for.</summary>
    public int MaxImplsPerUnit { get; init; } = 1 << 13;

    /// <summary>DIEs read in an impl block until a function of it is found.</summary>
    public int MaxDiesPerImpl { get; init; } = 1 << 12;

    /// <summary>Entries of one DW_AT_ranges.</summary>
    public int MaxRangesPerScope { get; init; } = 1 << 20;

    /// <summary>Address ranges of one unit's functions together, of its inlined calls together, and of all units of one file together.</summary>
    public int MaxRangesPerTable { get; init; } = 16 << 20;

    /// <summary>Nesting of DIEs.</summary>
    public int MaxDieDepth { get; init; } = 4096;

    /// <summary>DW_AT_abstract_origin, DW_AT_specification and DW_AT_type references followed in a row.</summary>
    public int MaxReferenceHops { get; init; } = 32;

    /// <summary>Files, and directories, of one line table.</summary>
    public int MaxFilesPerUnit { get; init; } = 1 << 18;

    /// <summary>Frames of one address: a longer chain of inlined calls is cut at the outer end.</summary>
    public int MaxInlineDepth { get; init; } = 512;

    /// <summary>Bytes that the parsed functions and line tables of one file may hold before the oldest are dropped.</summary>
    public long MaxCachedTableBytes { get; init; } = 256L << 20;

    /// <summary>Addresses whose frames are kept.</summary>
    public int MaxCachedAddresses { get; init; } = 1 << 16;

    /// <summary>Frames of those addresses.</summary>
    public int MaxCachedFrames { get; init; } = 1 << 20;

    /// <summary>Bytes of the names, paths and frames made for one file before all that was read of it is dropped.</summary>
    public long MaxCachedNameBytes { get; init; } = 256L << 20;

    /// <summary>Names of functions by DIE, and namespaces and types around functions, that are kept.</summary>
    public int MaxCachedNames { get; init; } = 1 << 20;

    /// <summary>Members and variants of one type.</summary>
    public int MaxMembersPerType { get; init; } = 1 << 16;

    /// <summary>DIEs read inside all types of one file; further types have no members.</summary>
    public int MaxTypeDies { get; init; } = 2 << 20;

    /// <summary>Type layouts kept.</summary>
    public int MaxCachedTypes { get; init; } = 1 << 16;
}
