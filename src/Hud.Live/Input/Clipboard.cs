using System.Globalization;
using System.Text;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;

namespace Hud.Live.Input;

/// <summary>What <c>y</c> copies: the selected blocker with the shown stack, as plain text for a ticket or a chat.</summary>
internal static class Clipboard
{
    public static string? Text(ViewState view, LiveFrame frame)
    {
        if (view.Shown(frame) is not { } blocker) return null;
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{blocker.Culprit.Function} blocks the worker: {blocker.Cause}");
        if (blocker.Detail is { } detail) text.Append(culture, $" ({detail})");
        text.Append('\n');
        text.Append(culture, $"{blocker.Count} polls, total {new Duration(blocker.TotalNs)}, p50 {new Duration(blocker.P50Ns)}, p99 {new Duration(blocker.P99Ns)}, max {new Duration(blocker.MaxNs)}\n");
        text.Append(blocker.Advice).Append('\n');
        var number = view.DetailId is null ? 0 : view.StackNumber;
        if (number < blocker.Stacks.Count)
        {
            foreach (var called in blocker.Stacks[number].Frames) text.Append(culture, $"  {Mark(called)} {called.Function}{Place(called)}\n");
        }
        return text.ToString();
    }

    private static char Mark(Frame frame) => frame.Kind == FrameKind.User ? '*' : ' ';

    private static string Place(Frame frame) => frame switch
    {
        { File: { } file, Line: { } line } => $"  {file}:{line}",
        { Module: { } module } => $"  {module}",
        _ => "",
    };
}
