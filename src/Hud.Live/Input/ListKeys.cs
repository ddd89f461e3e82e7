using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Input;

/// <summary>Keys of the main screens.</summary>
internal static class ListKeys
{
    public static void Handle(InputEvent input, ViewState view, LiveFrame frame, Canvas shown)
    {
        var rows = Motion.Rows(input, shown.PageRows);
        var columns = Motion.Columns(input);
        if (input.Key == Key.Escape)
        {
            if (!view.Filter.IsEmpty) view.Filter = Filter.None;
            else view.Workers.LookAt(null);
            return;
        }
        switch (view.Screen)
        {
            case ScreenKind.Blockers: Blockers(input, view, rows, columns, shown); break;
            case ScreenKind.Events: Events(input, view, frame, rows); break;
            case ScreenKind.Workers: Workers(input, view, frame, rows, columns); break;
            case ScreenKind.Status or ScreenKind.Futures: view.ScrollBy(rows, shown); break;
        }
    }

    private static void Blockers(InputEvent input, ViewState view, int rows, int columns, Canvas shown)
    {
        var list = view.Blockers;
        if (rows != 0) list.Choose(Motion.Add(list.SelectedRow, rows));
        else if (columns != 0) list.StepSort(columns, Titles(shown));
        else if (input.IsCharacter('s')) list.StepSort(1, Titles(shown));
        else if (input.IsCharacter('S')) list.StepSort(-1, Titles(shown));
        else if (input.IsCharacter('i')) list.Invert();
        else if (input.Key == Key.Enter && list.Selected is { } blocker) view.Open(blocker.Id);
    }

    private static BlockerColumn[] Titles(Canvas shown) =>
        [.. shown.Targets.Where(t => t.Kind == TargetKind.Column).Select(t => (BlockerColumn)t.Value)];

    private static void Events(InputEvent input, ViewState view, LiveFrame frame, int rows)
    {
        var list = view.Events;
        if (rows != 0) list.Select(Motion.Add(list.SelectedRow, rows));
        else if (input.Key == Key.Enter && list.Selected is { } selected)
        {
            if (frame.Index.Blocker(selected.Blocker) is { } blocker) view.Open(blocker.Id);
            else view.Message = "no stack of this poll has been taken: there is nothing to open";
        }
    }

    private static void Workers(InputEvent input, ViewState view, LiveFrame frame, int rows, int columns)
    {
        var list = view.Workers;
        if (rows != 0) list.Select(Motion.Add(list.SelectedRow, rows));
        else if (columns != 0) list.MoveCursor(columns, view.Strips, frame.NowNs);
        else if (input.Key == Key.Enter)
        {
            foreach (var stuck in frame.Stuck)
            {
                if (stuck.Tid != list.SelectedTid || stuck.Blocker is not { } blocker) continue;
                view.Open(blocker.Id);
                return;
            }
        }
    }
}
