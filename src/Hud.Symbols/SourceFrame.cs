namespace Hud.Symbols;

/// <summary>Where a name came from.</summary>
public enum NameSource
{
    None,
    Dwarf,
    SymbolTable,
    DynamicSymbolTable,
}

/// <summary>
/// One source-level frame at an address: an inlined call or the out-of-line function itself.
/// </summary>
/// <param name="Function">Readable name: demangled, hash dropped, closures and async functions as people write them.</param>
/// <param name="LinkageName">The mangled name, where there is one.</param>
/// <param name="File">Path as DW_AT_comp_dir, directory and file name of the line table give it; null without a line table.</param>
/// <param name="Line">1-based; 0 when unknown.</param>
/// <param name="IsInlined">True for every frame but the outermost of one address.</param>
/// <param name="CompilationDirectory">DW_AT_comp_dir of the unit.</param>
/// <param name="Source">Which table named it.</param>
public sealed record SourceFrame(
    string Function,
    string? LinkageName,
    string? File,
    int Line,
    int Column,
    bool IsInlined,
    string? CompilationDirectory,
    NameSource Source);
