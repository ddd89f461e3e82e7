using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>The polls that go on beyond the threshold right now: own time, culprit and the user's part of the stack.</summary>
internal static class StuckList
{
    private const int FramesEach = 3;

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame)
    {
        var y = area.Y;
        if (y >= area.Bottom) return;
        var theme = canvas.Theme;
        if (frame.Stuck.Count == 0)
        {
            if (frame.IsLive) canvas.Text(2, y, area.Width - 4, theme.Dim, "Nothing is stuck at this moment.");
            return;
        }
        canvas.Text(2, y++, area.Width - 4, theme.Bad, $"Stuck now: {frame.Stuck.Count} {(frame.Stuck.Count == 1 ? "worker" : "workers")}");
        foreach (var stuck in frame.Stuck)
        {
            if (y >= area.Bottom) return;
            DrawOne(canvas, area, y++, frame, stuck);
            if (stuck.Blocker is not { Stacks: [var stack, ..] }) continue;
            // The culprit among them: what it called into first, then who called it.
            var (skip, shown) = (Before(stack, stuck.Blocker.Culprit) - 1, 0);
            foreach (var called in stack.Frames)
            {
                if (y >= area.Bottom || shown == FramesEach) break;
                if (!IsTelling(called) || skip-- > 0) continue;
                shown++;
                canvas.Text(6, y, 1, theme.UserCode, called.Kind == FrameKind.User ? canvas.Glyphs.User : " ");
                canvas.TextTail(8, y++, area.Width - 10, theme.Text, called.Function);
            }
        }
    }

    private static bool IsTelling(Frame frame) => frame.Kind is FrameKind.User or FrameKind.Dependency;

    /// <summary>How many telling frames lie inside of the culprit; 0 if this stack does not have it.</summary>
    private static int Before(WeightedStack stack, Frame culprit)
    {
        var before = 0;
        foreach (var frame in stack.Frames)
        {
            if (Culprits.Is(frame, culprit)) return before;
            if (IsTelling(frame)) before++;
        }
        return 0;
    }

    private static void DrawOne(Canvas canvas, Rect area, int y, LiveFrame frame, StuckPoll stuck)
    {
        var text = canvas.Scratch;
        text.Clear();
        Labels.Worker(text, frame, stuck.Tid);
        text.Append($" {canvas.Glyphs.Separator} {new Duration(stuck.OwnNs)}");
        Labels.RunQueue(text, stuck);
        text.Append($" {canvas.Glyphs.Separator} ");
        if (stuck.Starved) text.Append($"waits for a CPU{(stuck.Blocker is { } late ? " in " + late.Culprit.Function : "")}");
        else if (stuck.Blocker is { } blocker) text.Append($"{blocker.Cause} {canvas.Glyphs.Separator} {Labels.Short(blocker.Culprit)} {canvas.Glyphs.Arrow} {Labels.Wait(blocker)}");
        else text.Append("no stack yet");
        canvas.Text(4, y, area.Width - 6, canvas.Theme.Heading, text.Text);
    }
}
