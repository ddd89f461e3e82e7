namespace Hud.Target;

internal enum TaskPollKind
{
    Other,
    RawPoll,
    HarnessPoll,
}

/// <summary>Recognises Tokio's poll functions by their demangled names, of either mangling, and takes the future's type from them.</summary>
internal readonly record struct TaskPollName(TaskPollKind Kind, string? FutureType)
{
    private const string Raw = "tokio::runtime::task::raw::poll";
    private const string Harness = "tokio::runtime::task::harness::Harness<";
    private const string Poll = ">::poll";

    public static TaskPollName Parse(string demangled)
    {
        if (demangled == Raw)
            return new TaskPollName(TaskPollKind.RawPoll, null);
        if (demangled.StartsWith(Raw + "::<", StringComparison.Ordinal) && demangled.EndsWith('>'))
            return new TaskPollName(TaskPollKind.RawPoll, FirstArgument(demangled.AsSpan(Raw.Length + 3)));

        // legacy: tokio::…::Harness<T,S>::poll   v0: <tokio::…::Harness<app::main::{closure#0}, Arc<Handle>>>::poll
        var text = demangled.AsSpan().TrimStart('<');
        if (!text.StartsWith(Harness) || !text.EndsWith(Poll))
            return default;
        var type = FirstArgument(text[Harness.Length..]);
        return new TaskPollName(TaskPollKind.HarnessPoll, type is "T" ? null : type);
    }

    /// <summary>Up to the comma or angle bracket that ends the first generic argument.</summary>
    private static string FirstArgument(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '<' or '(' or '[' or '{':
                    depth++;
                    break;
                case '>' when i > 0 && text[i - 1] == '-':
                    break;
                case '>' or ')' or ']' or '}' when depth > 0:
                    depth--;
                    break;
                case '>' or ',' when depth == 0:
                    return text[..i].ToString();
            }
        }
        return text.ToString();
    }
}
