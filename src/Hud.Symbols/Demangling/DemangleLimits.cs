namespace Hud.Symbols.Demangling;

/// <summary>Bounds for hostile names: back references let a short symbol stand for an exponentially long name.</summary>
internal static class DemangleLimits
{
    /// <summary>Nested paths, types and constants. The deepest name in rustc's own driver needs about 120.</summary>
    public const int MaxDepth = 400;

    /// <summary>UTF-16 units of one readable name.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Grammar productions followed for one name, printed or not.</summary>
    public const int MaxSteps = 1_000_000;
}
