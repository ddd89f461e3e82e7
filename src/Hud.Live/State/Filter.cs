using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.Model;

namespace Hud.Live.State;

/// <summary>
/// Words that all have to match, without regard to case. <c>worker:</c>, <c>cause:</c> and <c>crate:</c> look at one thing;
/// any other word looks at everything a blocker's row and stacks say.
/// </summary>
internal sealed class Filter
{
    private enum Field { Text, Worker, Cause, Crate }

    private readonly (Field Field, string Word)[] _terms;

    public Filter(string text)
    {
        Text = text;
        _terms = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(t => t.Word.Length > 0)];
    }

    public static Filter None { get; } = new("");

    public string Text { get; }
    public bool IsEmpty => _terms.Length == 0;

    private static (Field Field, string Word) Parse(string term) => term switch
    {
        _ when term.StartsWith("worker:", StringComparison.OrdinalIgnoreCase) => (Field.Worker, term["worker:".Length..]),
        _ when term.StartsWith("cause:", StringComparison.OrdinalIgnoreCase) => (Field.Cause, term["cause:".Length..]),
        _ when term.StartsWith("crate:", StringComparison.OrdinalIgnoreCase) => (Field.Crate, term["crate:".Length..]),
        _ => (Field.Text, term),
    };

    public bool Matches(Blocker blocker, ReportIndex index)
    {
        foreach (var (field, word) in _terms)
        {
            if (!Matches(field, word, blocker, index)) return false;
        }
        return true;
    }

    /// <summary>Whether an event on this thread passes the <c>worker:</c> words; the rest is up to its blocker.</summary>
    public bool MatchesWorker(int tid, ReportIndex index)
    {
        foreach (var (field, word) in _terms)
        {
            if (field == Field.Worker && !IsWorker(word, tid, index)) return false;
        }
        return true;
    }

    private static bool Matches(Field field, string word, Blocker blocker, ReportIndex index) => field switch
    {
        Field.Worker => blocker.Workers.Any(tid => IsWorker(word, tid, index)),
        Field.Cause => Has(blocker.Cause, word),
        Field.Crate => Has(Breakdown.CrateOf(blocker.Culprit), word),
        _ => Has(blocker.Culprit, word) || Has(blocker.Call, word) || Has(blocker.Cause, word) || Has(blocker.Detail, word)
            || Has(blocker.Task.Name, word) || Has(blocker.Task.Type, word)
            || blocker.Stacks.Any(stack => stack.Frames.Any(frame => Has(frame, word))),
    };

    private static bool IsWorker(string word, int tid, ReportIndex index) => int.TryParse(word, out var number)
        ? tid == number || index.Worker(tid)?.Index == number
        : Has(index.Worker(tid)?.Name, word);

    private static bool Has(Frame? frame, string word) => frame is not null && (Has(frame.Function, word) || Has(frame.File, word));

    private static bool Has(string? text, string word) => text is not null && text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
