namespace Hud.Symbols.Naming;

/// <summary><c>&lt;app::f::{closure#0} as core::ops::function::FnOnce&lt;()&gt;&gt;::call_once</c>, with or without its vtable shim, is the closure.</summary>
internal static class ClosureCalls
{
    public static string Unwrap(string name)
    {
        if (!name.StartsWith('<') || !name.Contains('}', StringComparison.Ordinal)) return name;
        int close = NamePath.Close(name, 0);
        int with = name.IndexOf("} as core::ops::function::Fn", StringComparison.Ordinal);
        if (close < 0 || with < 0 || with > close || !name.AsSpan(close + 1).StartsWith("::call")) return name;
        string self = name[1..(with + 1)];
        // A reference or a type with its own arguments in front would leave half a path.
        return char.IsLetter(self[0]) && NamePath.LastSegment(self) is > 0 and int last && self[last] == '{' ? self : name;
    }
}
