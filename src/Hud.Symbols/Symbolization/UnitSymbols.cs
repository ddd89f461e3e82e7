using Hud.Symbols.Dwarf;

namespace Hud.Symbols.Symbolization;

/// <summary>What lookups in one unit share: its functions, its lines, and what was read of the scopes they passed.</summary>
/// <param name="Dies">The unit that the functions' DIEs lie in: the split unit of a skeleton, else the unit itself.</param>
/// <param name="LacksSplitUnit">A skeleton whose split unit was not found: there are lines only.</param>
internal sealed record UnitSymbols(DwarfUnit Dies, FunctionTable Functions, LineTable? Lines, string? CompilationDirectory, bool LacksSplitUnit)
{
    private readonly PassedScope?[] _passed = new PassedScope?[Functions.Scopes.Length];

    public long Bytes => Functions.Bytes + (Lines?.Bytes ?? 0) + Functions.Scopes.Length * 16L;

    /// <summary>The slot of a scope by its index; empty until a lookup passes it.</summary>
    public ref PassedScope? Passed(int scope) => ref _passed[scope];
}

/// <summary>A scope that a lookup has passed: its name, and where it was called if it was inlined.</summary>
internal sealed class PassedScope(DieName name, ulong callFile, ulong callLine, ulong callColumn)
{
    public DieName Name => name;

    public ulong CallFile => callFile;

    public ulong CallLine => callLine;

    public ulong CallColumn => callColumn;

    /// <summary>The frame of its caller at the call, once a lookup has passed that.</summary>
    public SourceFrame? Caller { get; set; }
}
