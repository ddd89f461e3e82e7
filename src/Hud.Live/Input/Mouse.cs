using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;
using Hud.Reporting;

namespace Hud.Live.Input;

/// <summary>Clicks: on a tab or pane, a column's title, a row (a second click opens it), a moment of a strip, a box of the flame graph (a second click zooms).</summary>
internal static class Mouse
{
    public static Request Press(InputEvent input, ViewState view, LiveFrame frame, Canvas shown)
    {
        foreach (var target in shown.Targets)
        {
            if (!target.Area.Contains(input.X, input.Y)) continue;
            switch (target.Kind)
            {
                case TargetKind.Tab:
                    (view.Screen, view.DetailId, view.Scroll) = ((ScreenKind)target.Value, null, null);
                    break;
                case TargetKind.Column:
                    view.Blockers.SortBy((BlockerColumn)target.Value);
                    break;
                case TargetKind.Row:
                    Row(view, frame, shown, target.Value);
                    break;
                case TargetKind.Pane:
                    view.ShowPane((DetailPane)target.Value);
                    break;
                case TargetKind.Flame:
                    Box(view.Flame, Screens.FlamePane.PathAt(target.Area, view.Flame, input.X, input.Y));
                    break;
                case TargetKind.Strip:
                    view.Workers.Select(target.Value >> 16);
                    view.Workers.LookAt(view.Strips.MomentAt(target.Value & 0xFFFF));
                    break;
            }
            break;
        }
        return Request.None;
    }

    private static void Box(FlameState flame, IReadOnlyList<FlameNode> path)
    {
        if (path.Count == 0) return;
        if (path[^1] == flame.Selected) flame.ZoomIn();
        else flame.Select(path);
    }

    private static void Row(ViewState view, LiveFrame frame, Canvas shown, int row)
    {
        var selected = view.Screen switch
        {
            ScreenKind.Blockers => view.Blockers.SelectedRow,
            ScreenKind.Events => view.Events.SelectedRow,
            _ => view.Workers.SelectedRow,
        };
        if (row == selected)
        {
            ListKeys.Handle(new InputEvent(Key.Enter), view, frame, shown);
            return;
        }
        switch (view.Screen)
        {
            case ScreenKind.Blockers: view.Blockers.Choose(row); break;
            case ScreenKind.Events: view.Events.Select(row); break;
            case ScreenKind.Workers: view.Workers.Select(row); break;
        }
    }
}
