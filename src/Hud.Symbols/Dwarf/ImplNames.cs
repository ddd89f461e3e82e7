using System.Text;
using Hud.Symbols.Demangling;
using Hud.Symbols.Naming;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// Debug information calls impl blocks <c>{impl#3}</c> by their place in the module. The mangled name of a function in the block has the type and
/// the trait as people wrote them: <c>app::db::{impl#3}::save</c> becomes <c>&lt;app::db::Db as app::Store&gt;::save</c>.
/// </summary>
internal static class ImplNames
{
    private const string Mark = "{impl#";

    /// <summary>Longer ones are no paths that people wrote.</summary>
    private const int MaxPath = 1 << 10;

    public static bool HasImpl(string qualified) => qualified.Contains(Mark, StringComparison.Ordinal);

    /// <summary><paramref name="qualified"/> with its impl blocks spelled out, where <paramref name="scopes"/> has a function of theirs.</summary>
    public static string Spell(string qualified, ScopeNames scopes)
    {
        int mark = qualified.IndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return qualified;
        }

        var text = new StringBuilder(qualified.Length);
        int copied = 0;
        for (; mark >= 0; mark = qualified.IndexOf(Mark, mark + 1, StringComparison.Ordinal))
        {
            int end = qualified.IndexOf('}', mark) + 1;
            int start = PathStart(qualified, mark);
            if (end > 0 && start >= copied && end - start <= MaxPath && scopes.ImplType(qualified[start..end]) is { } type)
            {
                text.Append(qualified, copied, start - copied).Append(type);
                copied = end;
            }
        }

        return text.Append(qualified, copied, qualified.Length - copied).ToString();
    }

    /// <summary>The name of a function's impl block: that of the function without its last <paramref name="segments"/> segments.</summary>
    public static string? OfFunction(string mangled, int segments, SymbolLimits limits)
    {
        if (!RustDemangler.TryDemangle(mangled, out string name, limits))
        {
            return null;
        }

        for (; segments > 0; segments--)
        {
            int last = NamePath.LastSegment(name);
            if (last < 3)
            {
                return null;
            }

            name = name[..(last - 2)];
        }

        return name;
    }

    private static int PathStart(string name, int at)
    {
        int first = Math.Max(0, at - MaxPath);
        while (at > first && (char.IsLetterOrDigit(name[at - 1]) || name[at - 1] is '_' or ':' or '{' or '}' or '#'))
        {
            at--;
        }

        return at;
    }
}
