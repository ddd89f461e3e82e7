namespace Hud.Symbols.Naming;

/// <summary>Brackets and separators in Rust paths. Positions are indexes into the name; −1 stands for "not there".</summary>
internal static class NamePath
{
    /// <summary>The bracket that closes the one at <paramref name="open"/>; the <c>&gt;</c> of <c>-&gt;</c> closes nothing.</summary>
    public static int Close(ReadOnlySpan<char> name, int open)
    {
        int depth = 0;
        for (int i = open; i < name.Length; i++)
        {
            if (name[i] is '<' or '(' or '[' or '{') depth++;
            else if (IsClosing(name, i) && --depth == 0) return i;
        }
        return -1;
    }

    public static bool IsClosing(ReadOnlySpan<char> name, int at) =>
        name[at] is ')' or ']' or '}' || name[at] == '>' && (at == 0 || name[at - 1] is not ('-' or '='));

    /// <summary>True when the <c>&lt;</c> at <paramref name="open"/> starts <c>&lt;T as Trait&gt;</c> or <c>&lt;impl …&gt;</c> instead of arguments.</summary>
    public static bool IsQualifiedSelf(ReadOnlySpan<char> name, int open)
    {
        if (open == 0) return true;
        char before = name[open - 1];
        if (before == ':') return name[(open + 1)..].StartsWith("impl ");
        return !char.IsLetterOrDigit(before) && before is not ('_' or '}' or '>');
    }

    /// <summary>Where the last segment outside brackets starts: 0 when there is one only.</summary>
    public static int LastSegment(ReadOnlySpan<char> name)
    {
        int depth = 0;
        for (int i = name.Length - 1; i > 0; i--)
        {
            if (IsClosing(name, i)) depth++;
            else if (name[i] is '<' or '(' or '[' or '{') depth--;
            else if (depth == 0 && name[i] == ':' && name[i - 1] == ':' && (i + 1 >= name.Length || name[i + 1] != '<')) return i + 1;
        }
        return 0;
    }

    /// <summary>The end of the first argument in a list whose <c>&lt;</c> is at <paramref name="open"/>: its comma or the closing bracket.</summary>
    public static int FirstArgumentEnd(ReadOnlySpan<char> name, int open)
    {
        int depth = 0;
        for (int i = open + 1; i < name.Length; i++)
        {
            if (depth == 0 && (name[i] == ',' || name[i] == '>' && name[i - 1] != '-')) return i;
            if (name[i] is '<' or '(' or '[' or '{') depth++;
            else if (IsClosing(name, i)) depth--;
        }
        return -1;
    }
}
