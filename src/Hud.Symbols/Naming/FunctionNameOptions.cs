namespace Hud.Symbols.Naming;

/// <summary>How much of generic arguments a readable name shows.</summary>
public enum GenericArguments
{
    /// <summary><c>Cache&lt;alloc::string::String, app::Row&gt;::get</c></summary>
    Full,

    /// <summary><c>Cache&lt;String, Row&gt;::get</c></summary>
    Short,

    /// <summary><c>Cache::get</c></summary>
    Hidden,
}

/// <summary>How names are made readable.</summary>
public sealed record FunctionNameOptions
{
    public static FunctionNameOptions Default { get; } = new();

    public GenericArguments Generics { get; init; } = GenericArguments.Full;

    public SymbolLimits Limits { get; init; } = SymbolLimits.Default;
}
