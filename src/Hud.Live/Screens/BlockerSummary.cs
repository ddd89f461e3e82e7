using Hud.Analysis.Model;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>Lines about one blocker that the table's preview and the detail share.</summary>
internal static class BlockerSummary
{
    /// <summary>The culprit and where it stands in the source.</summary>
    public static void Place(Canvas canvas, int x, int y, int width, Blocker blocker)
    {
        var text = canvas.Scratch;
        text.Clear();
        Location(text, blocker.Culprit);
        var place = Terminal.CharacterSafety.Width(text.Text);
        var room = Math.Min(place, width / 2);
        canvas.TextTail(x + width - room, y, room, canvas.Theme.Dim, text.Text);
        canvas.TextTail(x, y, width - room - 1, canvas.Theme.UserCode, blocker.Culprit.Function);
    }

    /// <summary>Cause, what it called, the detail of the call, the task and who held the lock.</summary>
    /// <param name="lines">Over as many it may run.</param>
    public static void Call(Canvas canvas, int x, int y, int width, int lines, Blocker blocker)
    {
        var right = x + width;
        x += canvas.Text(x, y, right - x, canvas.Theme.Cause(blocker.Cause), blocker.Cause);
        var text = canvas.Scratch;
        text.Clear();
        if (blocker.Call is { } call) text.Append($" {canvas.Glyphs.Arrow} {call.Function}");
        if (blocker.Detail is { } detail) text.Append($" {canvas.Glyphs.Separator} {detail}");
        if (blocker.HeldBy is [var holder, ..]) text.Append($" {canvas.Glyphs.Separator} held by {Labels.Short(holder.Culprit)}");
        if (blocker.WaitingTasks is > 0 and var waiting) text.Append($" {canvas.Glyphs.Separator} {waiting} {(waiting == 1 ? "task" : "tasks")} queued behind it");
        if ((blocker.Task.Name ?? blocker.Task.Type) is { } task) text.Append($" {canvas.Glyphs.Separator} task {task}");
        canvas.Wrap(x + 1, y, right - x - 1, lines, canvas.Theme.Text, text.Text.TrimStart());
    }

    public static void Location(TextBuffer into, Frame frame)
    {
        if (frame.File is not { } file) into.Append(frame.Module ?? "");
        else if (frame.Line is { } line) into.Append($"{file}:{line}");
        else into.Append(file);
    }
}
