using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>One stack of a blocker, innermost frame first: user code marked, inlined frames too, source lines below the culprit.</summary>
internal static class StackPane
{
    private const int Context = 2;

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view, Blocker blocker)
    {
        if (blocker.Stacks.Count == 0)
        {
            canvas.Wrap(area.X, area.Y, area.Width, 2, canvas.Theme.Dim, "No stack was taken of these polls. Status says how many were lost and why.");
            return;
        }
        var stack = blocker.Stacks[Math.Min(view.StackNumber, blocker.Stacks.Count - 1)];
        var culprit = Culprit(stack, blocker);
        var source = culprit < 0 ? null : Source(frame, stack.Frames[culprit]);
        var sourceLines = source is null ? 0 : 2 * Context + 1;
        var lines = stack.Frames.Count + sourceLines;
        // By itself it opens with the culprit and its source in sight, and as much as fits of what was called from there.
        var below = Math.Min(lines, culprit + sourceLines + 2);
        var top = canvas.Scroll(area, lines, view.Scroll ?? (culprit < 0 ? 0 : Math.Min(culprit, below - area.Height)));
        for (var row = 0; row < area.Height && top + row < lines; row++)
        {
            var line = top + row;
            var y = area.Y + row;
            if (source is not null && line > culprit && line <= culprit + sourceLines)
                DrawSource(canvas, area, y, source, stack.Frames[culprit].Line!.Value, line - culprit - 1 - Context);
            else
                DrawFrame(canvas, area, y, stack.Frames[line <= culprit || source is null ? line : line - sourceLines]);
        }
        Table.ScrollMark(canvas, area, top, lines);
    }

    /// <summary>Place of the culprit among the frames; -1 if this stack does not have it.</summary>
    private static int Culprit(WeightedStack stack, Blocker blocker)
    {
        for (var i = 0; i < stack.Frames.Count; i++)
        {
            if (Culprits.Is(stack.Frames[i], blocker.Culprit)) return i;
        }
        return -1;
    }

    private static string[]? Source(LiveFrame frame, Frame culprit) =>
        culprit is { File: { } file, Line: { } line } && frame.Sources?.Lines(file) is { } lines && line >= 1 && line <= lines.Length ? lines : null;

    private static void DrawFrame(Canvas canvas, Rect area, int y, Frame frame)
    {
        var theme = canvas.Theme;
        var user = frame.Kind == FrameKind.User;
        if (user) canvas.Text(area.X, y, 1, theme.UserCode, canvas.Glyphs.User);
        if (frame.Inlined) canvas.Text(area.X + 1, y, 1, theme.Dim, canvas.Glyphs.Inlined);
        var text = canvas.Scratch;
        text.Clear();
        BlockerSummary.Location(text, frame);
        var inner = area.Width - 2;
        var room = Math.Min(CharacterSafety.Width(text.Text), inner * 2 / 5);
        canvas.TextTail(area.Right - room - 2, y, room, theme.Dim, text.Text);
        var style = user ? theme.UserCode : frame.Kind is FrameKind.Dependency ? theme.Text : theme.Dim;
        canvas.TextTail(area.X + 3, y, inner - room - 4, style, frame.Function);
    }

    private static void DrawSource(Canvas canvas, Rect area, int y, string[] lines, int hot, int offset)
    {
        var number = hot + offset;
        if (number < 1 || number > lines.Length) return;
        var theme = canvas.Theme;
        canvas.TextRight(area.X + 4, y, 7, theme.Dim, $"{number} {canvas.Glyphs.Vertical}");
        if (offset == 0) canvas.Text(area.X + 3, y, 1, theme.Bad, ">");
        canvas.Text(area.X + 12, y, area.Width - 14, offset == 0 ? theme.Heading : theme.Dim, lines[number - 1].Replace("\t", "    ", StringComparison.Ordinal).TrimEnd('\r'));
    }
}
