using System.Text;

namespace Hud.Symbols.Naming;

/// <summary>Shortens or hides generic arguments. <c>&lt;T as Trait&gt;</c> stays: it is part of the name.</summary>
internal static class GenericNames
{
    public static string Apply(string name, GenericArguments generics)
    {
        if (generics == GenericArguments.Full || !name.Contains('<', StringComparison.Ordinal)) return name;
        StringBuilder text = new(name.Length);
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] != '<' || NamePath.IsQualifiedSelf(name, i) || NamePath.Close(name, i) is not (> 0 and int close))
            {
                text.Append(name[i]);
                continue;
            }
            if (generics == GenericArguments.Hidden)
            {
                if (text.Length >= 2 && text[^1] == ':' && text[^2] == ':') text.Length -= 2;
            }
            else
            {
                Shorten(text, name.AsSpan(i, close + 1 - i));
            }
            i = close;
        }
        return text.ToString();
    }

    /// <summary>Every path in <paramref name="arguments"/> by its last segment; a closure keeps the function it is in.</summary>
    private static void Shorten(StringBuilder text, ReadOnlySpan<char> arguments)
    {
        int word = text.Length;
        for (int i = 0; i < arguments.Length; i++)
        {
            char c = arguments[i];
            if (c == ':' && i + 1 < arguments.Length && arguments[i + 1] == ':')
            {
                bool keeps = i + 2 < arguments.Length && arguments[i + 2] is '{' or '<';
                if (keeps) text.Append("::");
                else text.Length = word;
                i++;
                continue;
            }
            text.Append(c);
            if (c == '{' && NamePath.Close(arguments, i) is > 0 and int close)
            {
                text.Append(arguments[(i + 1)..(close + 1)]);
                i = close;
            }
            else if (!char.IsLetterOrDigit(c) && c is not ('_' or '}'))
            {
                word = text.Length;
            }
        }
    }
}
