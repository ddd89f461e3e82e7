using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;

namespace Hud.Live.Input;

/// <summary>Keys of an open blocker.</summary>
internal static class DetailKeys
{
    public static void Handle(InputEvent input, ViewState view, LiveFrame frame, int page)
    {
        switch (input.Key)
        {
            case Key.Tab:
                (view.Pane, view.Scroll) = ((DetailPane)(((int)view.Pane + 1) % 3), 0);
                return;
            case Key.BackTab:
                (view.Pane, view.Scroll) = ((DetailPane)(((int)view.Pane + 2) % 3), 0);
                return;
            case Key.Escape or Key.Backspace:
                if (view.Pane != DetailPane.Flame || !view.Flame.ZoomOut()) view.DetailId = null;
                return;
        }
        var rows = Motion.Rows(input, page);
        var columns = Motion.Columns(input);
        if (view.Pane == DetailPane.Flame) Flame(input, view.Flame, rows, columns);
        else if (columns != 0 && view.Pane == DetailPane.Stacks) Step(view, frame, columns);
        else if (rows != 0) view.Scroll = Math.Min(Motion.Add(view.Scroll, rows), LastLine(view, frame));
    }

    private static void Step(ViewState view, LiveFrame frame, int by)
    {
        var stacks = frame.Index.Blocker(view.DetailId)?.Stacks.Count ?? 0;
        view.StackNumber = Math.Clamp(view.StackNumber + by, 0, Math.Max(0, stacks - 1));
        view.Scroll = 0;
    }

    private static void Flame(InputEvent input, FlameState flame, int rows, int columns)
    {
        if (rows != 0) flame.MoveDepth(Math.Sign(rows));
        else if (columns != 0) flame.MoveSibling(columns);
        else if (input.Key == Key.Enter) flame.ZoomIn();
    }

    // The panes clamp to what fits; this only keeps "End" from scrolling for ever.
    private static int LastLine(ViewState view, LiveFrame frame) => frame.Index.Blocker(view.DetailId) is not { } blocker ? 0
        : view.Pane == DetailPane.Stacks && blocker.Stacks.Count > 0
            ? blocker.Stacks[Math.Min(view.StackNumber, blocker.Stacks.Count - 1)].Frames.Count
            : blocker.Workers.Count + 40;
}
