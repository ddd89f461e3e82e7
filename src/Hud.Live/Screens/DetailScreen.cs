using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>One blocker: its numbers and the advice on top, below a pane with stacks, the distribution or the flame graph.</summary>
internal static class DetailScreen
{
    private const int RoomyHeight = 18;
    private const int WideWidth = 150;

    private static readonly string[] Panes = ["Stacks", "Distribution", "Flame graph"];

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        const int x = 2;
        var width = area.Width - 4;
        if (frame.Index.Blocker(view.DetailId) is not { } blocker)
        {
            canvas.Wrap(x, area.Y + 1, width, 2, theme.Text, "This blocker has left the window. Esc goes back to the list.");
            return;
        }
        var y = area.Y;
        BlockerSummary.Place(canvas, x, y++, width, blocker);
        // Two rows, needed or not: the number of details in it changes while one reads what is below.
        var callRows = area.Height >= RoomyHeight && width < WideWidth ? 2 : 1;
        BlockerSummary.Call(canvas, x, y, width, callRows, blocker);
        y += callRows;
        DrawNumbers(canvas, x, y++, width, frame, blocker);
        DrawSplit(canvas, x, y++, width, blocker);
        y += canvas.Wrap(x, y, width, 2, theme.Good with { Attributes = TextAttributes.None }, blocker.Advice);
        DrawPaneTitles(canvas, area, y++, view, blocker);
        var pane = new Rect(x, y, width, area.Bottom - y);
        switch (view.Pane)
        {
            case DetailPane.Stacks when pane.Width >= 130:
                var left = pane.Width * 3 / 5;
                StackPane.Draw(canvas, pane with { Width = left }, frame, view, blocker);
                DistributionPane.Draw(canvas, pane with { X = x + left + 3, Width = pane.Width - left - 3 }, frame, view, blocker, beside: true);
                break;
            case DetailPane.Stacks: StackPane.Draw(canvas, pane, frame, view, blocker); break;
            case DetailPane.Distribution: DistributionPane.Draw(canvas, pane, frame, view, blocker, beside: false); break;
            case DetailPane.Flame: FlamePane.Draw(canvas, pane, view.Flame); break;
        }
    }

    private static void DrawNumbers(Canvas canvas, int x, int y, int width, LiveFrame frame, Blocker blocker)
    {
        var text = canvas.Scratch;
        text.Clear();
        text.Append($"{blocker.Count}x  total {new Duration(blocker.TotalNs)}  p50 {new Duration(blocker.P50Ns)}  p99 {new Duration(blocker.P99Ns)}");
        text.Append($"  max {new Duration(blocker.MaxNs)}  {Percent.Of(blocker.TotalNs, frame.Index.WorkerTimeNs)} of worker time");
        canvas.Text(x, y, width, canvas.Theme.Heading, text.Text);
    }

    private static void DrawSplit(Canvas canvas, int x, int y, int width, Blocker blocker)
    {
        var theme = canvas.Theme;
        var all = blocker.OnCpuNs + blocker.BlockedNs + blocker.RunQueueNs;
        const int bar = 20;
        SplitBar.Draw(canvas, x, y, bar, blocker.OnCpuNs, blocker.BlockedNs, blocker.RunQueueNs);
        canvas.Text(x + bar + 2, y, width - bar - 2, theme.Text,
            $"c on CPU {Percent.Of(blocker.OnCpuNs, all)}   b blocked {Percent.Of(blocker.BlockedNs, all)}   q run queue {Percent.Of(blocker.RunQueueNs, all)}");
    }

    private static void DrawPaneTitles(Canvas canvas, Rect area, int y, ViewState view, Blocker blocker)
    {
        var theme = canvas.Theme;
        canvas.HorizontalLine(area.X, y, area.Width, theme.Dim);
        var x = 2;
        for (var pane = 0; pane < Panes.Length; pane++)
        {
            var style = (int)view.Pane == pane ? theme.Accent.With(TextAttributes.Reverse) : theme.Text;
            var start = x;
            x += canvas.Text(x, y, 30, style, $" {Panes[pane]} ");
            canvas.Targets.Add(new ClickTarget(new Rect(start, y, x - start, 1), TargetKind.Pane, pane));
            x++;
        }
        if (view.Pane != DetailPane.Stacks || blocker.Stacks.Count == 0) return;
        var stack = blocker.Stacks[Math.Min(view.StackNumber, blocker.Stacks.Count - 1)];
        canvas.TextRight(x, y, area.Right - x - 2, theme.Heading,
            $" stack {view.StackNumber + 1} of {blocker.Stacks.Count} {canvas.Glyphs.Separator} {stack.Count}x {canvas.Glyphs.Separator} {new Duration(stack.Ns)} ");
    }
}
