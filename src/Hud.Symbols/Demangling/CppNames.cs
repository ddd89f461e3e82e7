using System.Diagnostics.CodeAnalysis;

namespace Hud.Symbols.Demangling;

/// <summary>
/// C++ names (Itanium ABI) as far as a stack needs them: the qualified name with template arguments, without the
/// parameter list. <c>_ZN4llvm3Foo3barEi</c> reads as <c>llvm::Foo::bar</c>.
/// </summary>
public static class CppNames
{
    /// <summary>Never throws. False for what is not mangled or uses a construct the reader does not know.</summary>
    public static bool TryRead(ReadOnlySpan<char> mangled, [NotNullWhen(true)] out string? name, SymbolLimits? limits = null)
    {
        name = null;
        if (!mangled.StartsWith("_Z")) return false;
        // What follows a dot (".cold", ".isra.0") names a compiler's copy, not another function.
        int dot = mangled.IndexOf('.');
        NameWriter output = new(stackalloc char[512], limits ?? SymbolLimits.Default);
        try
        {
            CppReader reader = new(dot < 0 ? mangled[2..] : mangled[2..dot], output);
            bool read = reader.ReadSymbol();
            output = reader.Output;
            if (read) name = output.Written.ToString();
            return read;
        }
        finally
        {
            output.Dispose();
        }
    }
}
