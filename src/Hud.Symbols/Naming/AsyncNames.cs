using System.Text;

namespace Hud.Symbols.Naming;

/// <summary>
/// The compiler's braced path segments as people write them: the body of an <c>async fn</c> is the function,
/// <c>{async_block#0}</c> an <c>{async block}</c>, <c>{{closure}}</c> a <c>{closure}</c>; <c>{impl#3}</c> and shims go.
/// The first of its kind loses its number, further ones keep theirs.
/// </summary>
public static class AsyncNames
{
    private enum Kind
    {
        /// <summary>Not a name of the compiler's: stays as it is.</summary>
        Other,
        Closure,
        AsyncFunction,
        AsyncBlock,
        AsyncClosure,
        Generator,
        Constant,

        /// <summary>Says nothing that stands in the source.</summary>
        Noise,
    }

    /// <summary>True when a mangled name cannot tell this segment from an async body.</summary>
    private static bool IsBody(Kind kind) => kind is Kind.Closure or Kind.AsyncFunction or Kind.AsyncBlock or Kind.AsyncClosure or Kind.Generator;

    /// <param name="qualified">The same function's path in debug information, for the kinds of bodies; null when there is none.</param>
    public static string Rewrite(string name, string? qualified = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.Contains('{', StringComparison.Ordinal)) return name;
        List<(Kind Kind, int Number)> known = qualified is null ? [] : Bodies(qualified);
        int unread = Bodies(name).Count;
        StringBuilder text = new(name.Length);
        int depth = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] != '{')
            {
                if (name[i] is '<' or '(' or '[') depth++;
                else if (NamePath.IsClosing(name, i)) depth--;
                text.Append(name[i]);
                continue;
            }
            int close = NamePath.Close(name, i);
            if (close < 0)
            {
                text.Append(name.AsSpan(i));
                break;
            }
            (Kind kind, int number) = Classify(name.AsSpan(i, close + 1 - i));
            if (depth == 0 && IsBody(kind))
            {
                // Aligned from the end: the path in front may be written in other ways.
                int fromEnd = unread--;
                if (kind == Kind.Closure && fromEnd <= known.Count) (kind, number) = known[^fromEnd];
            }
            Append(text, name.AsSpan(i, close + 1 - i), kind, number);
            i = close;
        }
        return text.ToString();
    }

    /// <summary>The bodies on the path itself, outermost first; those in generic arguments belong to other functions.</summary>
    private static List<(Kind Kind, int Number)> Bodies(ReadOnlySpan<char> name)
    {
        List<(Kind, int)> bodies = [];
        int depth = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] is '<' or '(' or '[') depth++;
            else if (name[i] != '{' && NamePath.IsClosing(name, i)) depth--;
            if (name[i] != '{') continue;
            int close = NamePath.Close(name, i);
            if (close < 0) break;
            (Kind kind, int number) = Classify(name[i..(close + 1)]);
            if (depth == 0 && IsBody(kind)) bodies.Add((kind, number));
            i = close;
        }
        return bodies;
    }

    /// <summary>Constant arguments are written in braces too: only the compiler's own words count.</summary>
    private static (Kind Kind, int Number) Classify(ReadOnlySpan<char> segment)
    {
        ReadOnlySpan<char> inner = segment.Trim("{}");
        int number = 0;
        int hash = inner.IndexOf('#');
        if (hash >= 0)
        {
            if (!int.TryParse(inner[(hash + 1)..], out number)) return (Kind.Other, 0);
            inner = inner[..hash];
        }
        if (inner.EndsWith("_env")) inner = inner[..^4];
        Kind kind = inner switch
        {
            "closure" => Kind.Closure,
            "async_fn" => Kind.AsyncFunction,
            "async_block" => Kind.AsyncBlock,
            "async_closure" or "async_closure_fn" => Kind.AsyncClosure,
            "gen_fn" or "gen_block" or "gen_closure" or "async_gen_fn" or "async_gen_block" or "async_gen_closure" => Kind.Generator,
            "constant" or "K" => Kind.Constant,
            "impl" or "extern" or "constructor" or "vtable.shim" or "coroutine" => Kind.Noise,
            _ => inner.StartsWith("shim:") ? Kind.Noise : Kind.Other,
        };
        return (kind, number);
    }

    private static void Append(StringBuilder text, ReadOnlySpan<char> segment, Kind kind, int number)
    {
        string? written = kind switch
        {
            Kind.Closure => "closure",
            Kind.AsyncBlock => "async block",
            Kind.AsyncClosure => "async closure",
            Kind.Generator => "gen block",
            Kind.Constant => "constant",
            _ => null,
        };
        if (kind == Kind.Other)
        {
            text.Append(segment);
        }
        else if (written is null)
        {
            if (text.Length >= 2 && text[^1] == ':' && text[^2] == ':') text.Length -= 2;
        }
        else
        {
            text.Append('{').Append(written);
            if (number > 0) text.Append('#').Append(number);
            text.Append('}');
        }
    }
}
