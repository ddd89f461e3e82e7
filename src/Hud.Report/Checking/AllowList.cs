using System.Globalization;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Reporting;

/// <summary>
/// Places that may block, one a line: <c>PATTERN [CAUSE] [call=PATTERN] [max=MS]</c>. The patterns are held against the
/// whole names of the culprit and of what it called, <c>*</c> stands for any text; a word with spaces is written in double
/// quotes. <c>#</c> begins a comment.
/// </summary>
public sealed class AllowList
{
    private readonly IReadOnlyList<Rule> _rules;

    private AllowList(IReadOnlyList<Rule> rules) => _rules = rules;

    public static AllowList Empty { get; } = new([]);

    /// <exception cref="HudException">The file cannot be read or a line is not understood (failed); names file and line.</exception>
    public static AllowList ReadFile(string path)
    {
        try
        {
            return Parse(File.ReadLines(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HudException($"{path} cannot be read: {OsErrors.Sentence(e)}", null, ExitCode.Failed);
        }
    }

    /// <param name="lines">The file's lines.</param>
    /// <param name="name">What errors call the file.</param>
    public static AllowList Parse(IEnumerable<string> lines, string name)
    {
        var rules = new List<Rule>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = Words(line);
            if (words.Count == 0)
                continue;
            rules.Add(RuleOf(words, number) ?? throw new HudException($"{name}, line {number}: expected PATTERN [CAUSE] [call=PATTERN] [max=MS], found {NameText.Clean(line.Trim(), 120)}", $"causes: {string.Join(' ', Causes.All.Select(c => c.Word))}", ExitCode.Failed));
        }

        return new AllowList(rules);
    }

    /// <summary>The line that excuses this group of polls and no other.</summary>
    public static string LineOf(Blocker b)
    {
        ArgumentNullException.ThrowIfNull(b);
        var line = $"{Word(b.Culprit.Function)} {b.Cause}";
        return b.Call is { } call ? $"{line} {Word("call=" + call.Function)}" : line;
    }

    /// <summary>Number of the first line that excuses the blocker; null when none does.</summary>
    public int? LineFor(Blocker b) => _rules.FirstOrDefault(r => r.Matches(b) && (r.MaxNs is null || b.MaxNs <= r.MaxNs))?.Line;

    /// <summary>Lines that match no blocker of the report: leftovers of what was fixed.</summary>
    internal IEnumerable<(int Line, string Pattern)> Unused(Report report) =>
        _rules.Where(r => !report.Blockers.Any(r.Matches)).Select(r => (r.Line, r.Pattern));

    // What no line can hold stands for itself as a star does.
    private static string Word(string name)
    {
        var text = string.Concat(name.Select(c => c == '"' || char.IsControl(c) ? '*' : c));
        return text.Any(char.IsWhiteSpace) || text.StartsWith('#') ? $"\"{text}\"" : text;
    }

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            if (char.IsWhiteSpace(line[i]))
            {
                i++;
                continue;
            }

            if (line[i] == '#')
                break;
            var quoted = line[i] == '"';
            var end = quoted ? line.IndexOf('"', i + 1) : line.AsSpan(i).IndexOfAny(' ', '\t') is var n and >= 0 ? i + n : line.Length;
            if (end < 0)
                end = line.Length;
            words.Add(quoted ? line[(i + 1)..end] : line[i..end]);
            i = quoted ? end + 1 : end;
        }

        return words;
    }

    private static Rule? RuleOf(List<string> words, int line)
    {
        string? cause = null, call = null;
        long? max = null;
        foreach (var word in words.Skip(1))
        {
            if (word.StartsWith("max=", StringComparison.Ordinal))
            {
                if (!double.TryParse(word.AsSpan(4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ms) || ms > 1e9)
                    return null;
                max = (long)(ms * 1e6);
            }
            else if (call is null && word.StartsWith("call=", StringComparison.Ordinal))
            {
                call = word[5..];
            }
            else if (cause is null && Causes.All.Any(c => c.Word == word))
            {
                cause = word;
            }
            else
            {
                return null;
            }
        }

        return words[0].Length == 0 ? null : new Rule(words[0], cause, call, max, line);
    }

    private sealed record Rule(string Pattern, string? Cause, string? Call, long? MaxNs, int Line)
    {
        public bool Matches(Blocker b) =>
            (Cause is null || b.Cause == Cause) && (Call is null || Glob(Call, b.Call?.Function ?? "")) && Glob(Pattern, b.Culprit.Function);

        // Backtracks to the last star only: linear in practice, quadratic at worst.
        private static bool Glob(string pattern, string text)
        {
            int p = 0, t = 0, star = -1, mark = 0;
            while (t < text.Length)
            {
                if (p < pattern.Length && pattern[p] == '*')
                    (star, mark) = (p++, t);
                else if (p < pattern.Length && pattern[p] == text[t])
                    (p, t) = (p + 1, t + 1);
                else if (star >= 0)
                    (p, t) = (star + 1, ++mark);
                else
                    return false;
            }

            while (p < pattern.Length && pattern[p] == '*')
                p++;
            return p == pattern.Length;
        }
    }
}
