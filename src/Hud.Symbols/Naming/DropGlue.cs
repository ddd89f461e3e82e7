namespace Hud.Symbols.Naming;

/// <summary>What the functions that destroy values say in their names: whose value it is.</summary>
public static class DropGlue
{
    /// <summary>Stands before the type in the readable name of its drop: <c>drop of app::Slow</c>.</summary>
    public const string Prefix = "drop of ";

    private const string DropImpl = " as core::ops::drop::Drop>::drop";
    private const string InPlace = "core::ptr::drop_in_place";
    private const string DropSlow = "::drop_slow";

    /// <summary>Types within types within types: beyond this a name is nobody's.</summary>
    private const int MaxNesting = 64;

    /// <summary>Endings of types that refer to a value or may outlive it: dropping them does not drop what they name.</summary>
    private static readonly string[] Borrowing = ["Guard", "Ref", "RefMut", "Weak", "Sender", "JoinHandle", "AbortHandle", "NonNull", "PhantomData", "ManuallyDrop"];

    /// <summary>True for the compiler's drop glue, implementations of <c>Drop</c> and the last release of an <c>Arc</c> or <c>Rc</c>.</summary>
    public static bool IsDrop(string function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return function.StartsWith(InPlace, StringComparison.Ordinal) || function.EndsWith(DropImpl, StringComparison.Ordinal) || function.EndsWith(DropSlow, StringComparison.Ordinal);
    }

    /// <summary>
    /// T of <c>drop_in_place&lt;T&gt;</c>, <c>&lt;T as Drop&gt;::drop</c> and <c>Arc&lt;T&gt;::drop_slow</c> (there with the <c>Arc</c>); null for other functions.
    /// </summary>
    public static string? DroppedType(string function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (function.StartsWith(InPlace, StringComparison.Ordinal))
        {
            var open = function.IndexOf('<', InPlace.Length);
            return open >= 0 && open <= InPlace.Length + 2 && NamePath.Close(function, open) is > 0 and var close ? function[(open + 1)..close] : null;
        }
        if (function.EndsWith(DropImpl, StringComparison.Ordinal) && function.StartsWith('<')) return function[1..^DropImpl.Length];
        if (!function.EndsWith(DropSlow, StringComparison.Ordinal)) return null;
        var owner = function[..^DropSlow.Length];
        return owner.StartsWith('<') && owner.EndsWith('>') ? owner[1..^1] : owner;
    }

    /// <summary>
    /// The outermost type within <paramref name="type"/> that is dropped with it and whose crate is wanted:
    /// <c>Result&lt;app::Slow, JoinError&gt;</c> holds <c>app::Slow</c>, <c>MutexGuard&lt;app::Slow&gt;</c> and <c>&amp;app::Slow</c> hold nothing.
    /// </summary>
    public static string? Owned(string type, Func<string, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(isWanted);
        return Owned(type, isWanted, 0);
    }

    /// <summary>
    /// The name of glue that several types share: <paramref name="function"/> where all of them own the same type, else
    /// <c>drop_in_place&lt;_&gt;</c>.
    /// </summary>
    public static string Common(string function, IEnumerable<string> twins)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(twins);
        var owned = OwnedBy(function);
        return twins.All(t => OwnedBy(t) == owned) ? function : InPlace + "<_>";

        static string? OwnedBy(string glue) =>
            DroppedType(glue) is { } dropped ? Owned(dropped, crate => !FunctionPath.IsStd(crate) && crate != "tokio") : null;
    }

    private static string? Owned(string type, Func<string, bool> isWanted, int depth)
    {
        type = type.Trim();
        if (type.Length == 0 || depth > MaxNesting) return null;
        switch (type[0])
        {
            case '&' or '*':
                return null;
            case '(' or '[':
                return NamePath.Close(type, 0) is > 0 and var end ? OwnedIn(type[1..end], isWanted, depth) : null;
        }
        // The arguments of a trait or a function pointer are no parts of the value.
        if (type.StartsWith("dyn ", StringComparison.Ordinal)) return Wanted(type[4..], isWanted) ? type : null;
        if (IsFunctionPointer(type)) return null;
        if (Wanted(type, isWanted)) return type;

        var open = type.IndexOf('<', NamePath.LastSegment(type));
        if (open <= 0 || !type.EndsWith('>')) return null;
        var name = type.AsSpan(0, open);
        foreach (var ending in Borrowing)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal)) return null;
        }
        return OwnedIn(type[(open + 1)..^1], isWanted, depth);
    }

    /// <summary>The first of the types in a list, or of an array's <c>T; N</c>.</summary>
    private static string? OwnedIn(string list, Func<string, bool> isWanted, int depth)
    {
        var nesting = 0;
        var start = 0;
        for (var i = 0; i <= list.Length; i++)
        {
            if (i < list.Length && list[i] is '<' or '(' or '[' or '{') nesting++;
            else if (i < list.Length && NamePath.IsClosing(list, i)) nesting--;
            if (i < list.Length && (nesting > 0 || list[i] is not (',' or ';'))) continue;
            if (Owned(list[start..i], isWanted, depth + 1) is { } found) return found;
            start = i + 1;
        }
        return null;
    }

    private static bool Wanted(string type, Func<string, bool> isWanted) => FunctionPath.CrateOf(type) is { } crate && isWanted(crate);

    private static bool IsFunctionPointer(string type) =>
        type.StartsWith("fn(", StringComparison.Ordinal) || type.StartsWith("for<", StringComparison.Ordinal)
        || type.StartsWith("unsafe ", StringComparison.Ordinal) || type.StartsWith("extern ", StringComparison.Ordinal);
}
