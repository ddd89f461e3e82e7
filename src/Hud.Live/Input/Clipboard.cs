using System.Globalization;
using System.Text;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Input;

/// <summary>What <c>y</c> copies: the selected blocker with the shown stack, as plain text for a ticket or a chat.</summary>
internal static class Clipboard
{
    public static string? Text(ViewState view, LiveFrame frame)
    {
        if (view.Shown(frame) is not { } blocker) return null;
        var text = new StringBuilder();
        Line(text, $"{blocker.Culprit.Function} blocks the worker: {blocker.Cause}{(blocker.Detail is { } detail ? $" ({detail})" : "")}");
        Line(text, $"{blocker.Count} polls, total {new Duration(blocker.TotalNs)}, p50 {new Duration(blocker.P50Ns)}, p99 {new Duration(blocker.P99Ns)}, max {new Duration(blocker.MaxNs)}");
        Line(text, $"{blocker.Advice}");
        var number = view.DetailId is null ? 0 : view.StackNumber;
        if (number < blocker.Stacks.Count)
        {
            foreach (var called in blocker.Stacks[number].Frames) Line(text, $"  {Mark(called)} {called.Function}{Place(called)}");
        }
        return text.ToString();
    }

    /// <summary>Names come from the target, and what is pasted into a shell is typed there: no control character, and no line end but ours.</summary>
    private static void Line(StringBuilder into, FormattableString line)
    {
        foreach (var rune in line.ToString(CultureInfo.InvariantCulture).EnumerateRunes()) into.Append(new Rune(CharacterSafety.Neutralize(rune.Value)).ToString());
        into.Append('\n');
    }

    private static char Mark(Frame frame) => frame.Kind == FrameKind.User ? '*' : ' ';

    private static string Place(Frame frame) => frame switch
    {
        { File: { } file, Line: { } line } => $"  {file}:{line}",
        { Module: { } module } => $"  {module}",
        _ => "",
    };
}
