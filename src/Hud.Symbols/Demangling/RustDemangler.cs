namespace Hud.Symbols.Demangling;

/// <summary>
/// Rust symbol names, both schemes: legacy (<c>_ZN…17h0123456789abcdefE</c>) and v0 (<c>_R…</c>, RFC 2603).
/// The text is what <c>nm -C</c> prints: hashes and crate disambiguators dropped, constants without a type suffix.
/// </summary>
public static class RustDemangler
{
    /// <summary>Never throws. On false, <paramref name="name"/> is the input.</summary>
    public static bool TryDemangle(string mangled, out string name, SymbolLimits? limits = null)
    {
        bool done = Demangle(mangled, out string? readable, limits) == DemangleStatus.Demangled;
        name = readable ?? mangled;
        return done;
    }

    /// <summary>Never throws. On false, <paramref name="name"/> is the input as text.</summary>
    public static bool TryDemangle(ReadOnlySpan<char> mangled, out string name, SymbolLimits? limits = null)
    {
        bool done = Demangle(mangled, out string? readable, limits) == DemangleStatus.Demangled;
        name = readable ?? mangled.ToString();
        return done;
    }

    /// <summary>As <see cref="TryDemangle(string, out string, SymbolLimits?)"/>, with the reason when there is no readable name.</summary>
    public static DemangleStatus Demangle(ReadOnlySpan<char> mangled, out string? name, SymbolLimits? limits = null)
    {
        NameWriter output = new(stackalloc char[512], limits ?? SymbolLimits.Default);
        try
        {
            DemangleStatus status = Demangle(mangled, ref output);
            name = status == DemangleStatus.Demangled ? output.Written.ToString() : null;
            return status;
        }
        finally
        {
            output.Dispose();
        }
    }

    internal static DemangleStatus Demangle(ReadOnlySpan<char> mangled, ref NameWriter output)
    {
        if (mangled.StartsWith("_ZN")) return LegacyNames.Read(mangled[3..], ref output);
        if (!mangled.StartsWith("_R")) return DemangleStatus.NotMangled;
        ReadOnlySpan<char> body = mangled[2..];

        // Paths start with an upper-case tag; a decimal digit here is a later version of the encoding.
        if (body.IsEmpty || !char.IsAsciiLetterUpper(body[0])) return DemangleStatus.NotMangled;
        int dot = body.IndexOf('.');
        if (dot >= 0) body = body[..dot];
        foreach (char c in body)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return DemangleStatus.Malformed;
        }
        V0Reader reader = new(body, output);
        DemangleStatus status = reader.ReadSymbol();
        output = reader.Output;
        return status;
    }
}
