namespace Hud.Symbols.Naming;

/// <summary>What the functions that destroy values say in their names: whose value it is.</summary>
public static class DropGlue
{
    private const string DropImpl = " as core::ops::drop::Drop>::drop";
    private const string InPlace = "core::ptr::drop_in_place";
    private const string DropSlow = "::drop_slow";

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
}
