using Hud.Symbols;

namespace Hud.Target;

/// <summary>How modules and their debug files are read.</summary>
public sealed record ModuleOptions
{
    public SymbolLimits Limits { get; init; } = SymbolLimits.Default;

    /// <summary>
    /// A binary or separate debug file to read the symbols of the main program from, or a folder to search for those of
    /// every module; null for the usual places only.
    /// </summary>
    public string? SymbolsPath { get; init; }
}
