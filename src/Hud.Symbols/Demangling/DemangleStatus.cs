namespace Hud.Symbols.Demangling;

/// <summary>What became of one mangled name.</summary>
public enum DemangleStatus
{
    Demangled,

    /// <summary>Not the scheme's prefix: an ordinary C name.</summary>
    NotMangled,

    /// <summary>The prefix is there, but the rest does not follow the grammar.</summary>
    Malformed,

    /// <summary>Nested deeper than <see cref="SymbolLimits.MaxDemangleDepth"/>.</summary>
    TooDeep,

    /// <summary>The readable name would be longer than <see cref="SymbolLimits.MaxDemangledLength"/>.</summary>
    TooLong,
}
