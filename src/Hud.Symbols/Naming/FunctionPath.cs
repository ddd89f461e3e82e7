namespace Hud.Symbols.Naming;

/// <summary>The crate that a readable name belongs to, and its last segments: read from the name alone.</summary>
public static class FunctionPath
{
    /// <summary>Types within types within types: beyond this a name is nobody's.</summary>
    private const int MaxNesting = 64;

    private static readonly string[] StdSymbols = ["__rust_", "__rdl_", "__rg_", "rust_eh_personality", "rust_begin_unwind", "rust_panic"];

    private static readonly string[] Builtin =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool", "char", "str", "fn", "dyn", "impl", "mut", "const", "unsafe", "extern"];

    /// <summary>
    /// Null for C names and for names that no crate can be read from. <c>&lt;T as Trait&gt;::f</c> belongs to the crate of
    /// <c>T</c> if that is a crate of its own, else to the trait's: an impl lives with its type or with its trait, and std's
    /// types say nothing about it.
    /// </summary>
    public static string? CrateOf(string function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return CrateOf(function.StartsWith(DropGlue.Prefix, StringComparison.Ordinal) ? function.AsSpan(DropGlue.Prefix.Length) : function, 0);
    }

    /// <summary>The last <paramref name="segments"/> segments of a path outside generic arguments, without the arguments of the last.</summary>
    public static ReadOnlySpan<char> Tail(ReadOnlySpan<char> function, int segments)
    {
        var depth = 0;
        for (var i = function.Length - 1; i > 0; i--)
        {
            switch (function[i])
            {
                case '>' when i == 0 || function[i - 1] != '-': depth++; break;
                case '<': depth--; break;
                case ':' when depth == 0 && function[i - 1] == ':':
                    // `name::<T>` is one segment.
                    if (i + 1 < function.Length && function[i + 1] == '<') break;
                    if (--segments == 0) return function[(i + 1)..];
                    i--;
                    break;
            }
        }
        return function;
    }

    /// <summary>
    /// The crates that rustc brings along. <c>__rustc</c> is none, but stands in front of the allocator's and the panic handler's
    /// symbols since rust-lang/rust#127173.
    /// </summary>
    public static bool IsStd(string crate) => crate is "std" or "core" or "alloc" or "proc_macro" or "test" or "panic_unwind" or "panic_abort" or "std_detect" or "compiler_builtins" or "rustc_std_workspace_core" or "__rustc";

    /// <summary>Those symbols as older versions of rustc write them: plain, in no crate.</summary>
    public static bool IsStdSymbol(ReadOnlySpan<char> function)
    {
        foreach (var start in StdSymbols)
        {
            if (function.StartsWith(start, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static string? CrateOf(ReadOnlySpan<char> name, int depth)
    {
        name = name.Trim();
        if (depth > MaxNesting) return null;
        if (name.StartsWith("<"))
        {
            var close = NamePath.Close(name, 0);
            if (close < 0) return null;
            var inner = name[1..close];
            var at = As(inner);
            if (at < 0) return OfPath(inner, depth);
            var type = OfPath(inner[..at], depth);
            var trait = OfPath(inner[(at + 4)..], depth);
            return type is null || (IsStd(type) && trait is not null) ? trait ?? type : type;
        }
        return OfPath(name, depth);
    }

    /// <summary><c>&amp;mut alloc::boxed::Box&lt;app::X&gt;</c> is alloc's; <c>dyn app::Shape</c> is app's.</summary>
    private static string? OfPath(ReadOnlySpan<char> path, int depth)
    {
        path = path.TrimStart(" &*([");
        while (true)
        {
            var space = path.IndexOf(' ');
            if (space <= 0 || path[..space] is not ("mut" or "const" or "dyn" or "impl" or "unsafe" or "extern")) break;
            path = path[(space + 1)..].TrimStart(" &*([");
        }
        if (path.StartsWith("<")) return CrateOf(path, depth + 1);
        if (depth <= MaxNesting && path.StartsWith("'") && path.IndexOf(' ') is var lifetime and > 0) return OfPath(path[lifetime..], depth + 1);

        var end = 0;
        while (end < path.Length && (char.IsAsciiLetterOrDigit(path[end]) || path[end] == '_')) end++;
        if (end == 0 || end + 2 > path.Length) return null;
        var crate = path[..end];
        // v0 names may carry the crate's disambiguator: app[1234abcd]::f.
        var rest = path[end..];
        if (rest[0] == '[' && rest.IndexOf(']') is var bracket and > 0) rest = rest[(bracket + 1)..];
        if (!rest.StartsWith("::")) return null;
        foreach (var builtin in Builtin)
        {
            if (crate.SequenceEqual(builtin)) return null;
        }
        return crate.ToString();
    }

    private static int As(ReadOnlySpan<char> inner)
    {
        var depth = 0;
        for (var i = 0; i + 4 <= inner.Length; i++)
        {
            var c = inner[i];
            if (c is '<' or '(' or '[') depth++;
            else if (c is ')' or ']' || (c == '>' && i > 0 && inner[i - 1] != '-')) depth--;
            else if (depth == 0 && inner[i..].StartsWith(" as ")) return i;
        }
        return -1;
    }
}
