namespace Hud.Symbols.Naming;

/// <summary>
/// Tokio's poll functions, generic over the task's future: <c>raw::poll::&lt;F, S&gt;</c> and <c>Harness&lt;F, S&gt;::poll</c>.
/// What stands for F is the user's async function, whatever the compiler calls its type.
/// </summary>
internal static class TaskNames
{
    private const string RawPoll = "runtime::task::raw::poll";
    private const string Harness = "runtime::task::harness::Harness<";

    /// <summary>Legacy mangling leaves F out; debug information has it as the argument of the function: <c>poll&lt;F, S&gt;</c>.</summary>
    public static string WithFuture(string name, string qualified)
    {
        int open = qualified.IndexOf('<', NamePath.LastSegment(qualified));
        if (open < 0) return name;
        string arguments = qualified[open..];
        if (name.EndsWith(RawPoll, StringComparison.Ordinal)) return $"{name}::{arguments}";
        int harness = name.IndexOf(Harness + "T,S>", StringComparison.Ordinal);
        return harness < 0 ? name : string.Concat(name.AsSpan(0, harness + Harness.Length - 1), arguments, name.AsSpan(harness + Harness.Length + 4));
    }

    /// <summary>
    /// <c>app::flush::{closure#0}</c> as F can only be an async body: that of <c>app::flush</c>. Within another body
    /// it is a block: <c>app::main::{closure#0}::{closure#0}</c> becomes <c>app::main::{async_block#0}</c>.
    /// </summary>
    public static string WithoutFutureBody(string name)
    {
        int raw = name.IndexOf(RawPoll + "::<", StringComparison.Ordinal);
        int harness = name.IndexOf(Harness, StringComparison.Ordinal);
        int open = raw >= 0 ? raw + RawPoll.Length + 2 : harness >= 0 ? harness + Harness.Length - 1 : -1;
        if (open < 0) return name;
        int end = NamePath.FirstArgumentEnd(name, open);
        if (end < 0) return name;
        string future = name[(open + 1)..end];
        int bodies = 0;
        string path = future;
        while (NamePath.LastSegment(path) is > 2 and int last && path.AsSpan(last).StartsWith("{closure#"))
        {
            path = path[..(last - 2)];
            bodies++;
        }
        if (bodies == 0) return name;
        string shown = bodies == 1 ? path : path + "::{async_block#0}";
        return string.Concat(name.AsSpan(0, open + 1), shown, name.AsSpan(end));
    }
}
