using Hud.Symbols.Demangling;

namespace Hud.Symbols.Naming;

/// <summary>
/// Function names as their author knows them: demangled, the compiler's names for closures, async bodies, impl blocks and shims
/// replaced by what stands in the source. Names it does not understand come back unchanged; it never throws.
/// </summary>
public static class FunctionNames
{
    /// <param name="name">A mangled name (Rust or C++), or a qualified one as debug information gives it.</param>
    public static string Readable(string name, FunctionNameOptions? options = null) => Readable(name, qualified: null, options);

    /// <summary>As <see cref="Readable(string, FunctionNameOptions?)"/>, with a second name for what the first one hides.</summary>
    /// <param name="qualified">
    /// DW_AT_name with its namespaces. Mangled names call every closure and async body <c>{closure}</c>; debug information tells
    /// <c>{async_fn#0}</c>, <c>{async_block#0}</c> and <c>{closure#0}</c> apart.
    /// </param>
    public static string Readable(string name, string? qualified, FunctionNameOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        options ??= FunctionNameOptions.Default;
        string readable = Demangled(name, options.Limits);
        if (readable.Length > options.Limits.MaxDemangledLength) return readable;
        if (qualified is not null) readable = TaskNames.WithFuture(readable, qualified);
        readable = TaskNames.WithoutFutureBody(readable);
        readable = ClosureCalls.Unwrap(readable);
        readable = AsyncNames.Rewrite(readable, qualified);
        return GenericNames.Apply(readable, options.Generics);
    }

    /// <summary>True when <see cref="Readable(string, string?, FunctionNameOptions?)"/> says more about this mangled name if given the qualified one.</summary>
    public static bool IsHelpedByQualifiedName(string mangled)
    {
        ArgumentNullException.ThrowIfNull(mangled);
        return mangled.StartsWith("_R", StringComparison.Ordinal) ? mangled.Contains("NC", StringComparison.Ordinal)
            : mangled.StartsWith("_ZN", StringComparison.Ordinal)
                && (mangled.Contains("closure", StringComparison.Ordinal)
                    || mangled.Contains("3raw4poll", StringComparison.Ordinal)
                    || mangled.Contains("7harness", StringComparison.Ordinal));
    }

    private static string Demangled(string name, SymbolLimits limits) =>
        RustDemangler.TryDemangle(name, out string rust, limits) ? rust
        : CppNames.TryRead(name, out string? cpp, limits) ? cpp
        : name;
}
