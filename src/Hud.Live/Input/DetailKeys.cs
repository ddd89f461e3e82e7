using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Input;

/// <summary>Keys of an open blocker.</summary>
internal static class DetailKeys
{
    public static void Handle(InputEvent input, ViewState view, LiveFrame frame, Canvas shown)
    {
        switch (input.Key)
        {
            case Key.Tab:
                view.ShowPane((DetailPane)(((int)view.Pane + 1) % 3));
                return;
            case Key.BackTab:
                view.ShowPane((DetailPane)(((int)view.Pane + 2) % 3));
                return;
            case Key.Escape or Key.Backspace:
                if (view.Pane != DetailPane.Flame || !view.Flame.ZoomOut()) view.DetailId = null;
                return;
        }
        var rows = Motion.Rows(input, shown.PageRows);
        var columns = Motion.Columns(input);
        if (view.Pane == DetailPane.Flame) Flame(input, view.Flame, rows, columns);
        else if (columns != 0 && view.Pane == DetailPane.Stacks) Step(view, frame, columns);
        else view.ScrollBy(rows, shown);
    }

    private static void Step(ViewState view, LiveFrame frame, int by)
    {
        var stacks = frame.Index.Blocker(view.DetailId)?.Stacks.Count ?? 0;
        view.ShowStack(Math.Clamp(view.StackNumber + by, 0, Math.Max(0, stacks - 1)));
    }

    private static void Flame(InputEvent input, FlameState flame, int rows, int columns)
    {
        if (rows != 0) flame.MoveDepth(Math.Sign(rows));
        else if (columns != 0) flame.MoveSibling(columns);
        else if (input.Key == Key.Enter) flame.ZoomIn();
    }
}
