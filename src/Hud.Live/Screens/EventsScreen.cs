using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>Each stall as it happened, newest first.</summary>
internal static class EventsScreen
{
    private const int Time = 2;
    private const int Worker = Time + 13;
    private const int WorkerWidth = 7;
    private const int Length = Worker + WorkerWidth + 1;
    private const int Split = Length + 10;
    private const int SplitWidth = 10;
    private const int Cause = Split + SplitWidth + 1;
    private const int Culprit = Cause + 12;

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        DrawTitles(canvas, area.Y);
        var list = view.Events;
        var rows = new Rect(area.X, area.Y + 1, area.Width, area.Height - 2);
        canvas.PageRows = Math.Max(1, rows.Height);
        if (list.Rows.Count == 0)
        {
            var text = view.Filter.IsEmpty ? "No stall in the window." : "No stall matches the filter. Esc clears it.";
            canvas.Text(Time, rows.Y + 1, rows.Width - 4, theme.Text, text);
            return;
        }
        var top = Table.Top(list.SelectedRow, list.Rows.Count, rows.Height);
        for (var line = 0; line < rows.Height && top + line < list.Rows.Count; line++)
        {
            var row = top + line;
            DrawRow(canvas, rows, rows.Y + line, frame, list.Rows[row]);
            canvas.Targets.Add(new ClickTarget(new Rect(rows.X, rows.Y + line, rows.Width, 1), TargetKind.Row, row));
            if (row != list.SelectedRow) continue;
            canvas.Text(rows.X, rows.Y + line, 1, theme.Accent, canvas.Glyphs.Selected);
            canvas.Cells.Restyle(rows.X, rows.Y + line, rows.Width, theme.Selected);
        }
        Table.ScrollMark(canvas, rows, top, list.Rows.Count);
        DrawSummary(canvas, area, frame, list);
    }

    private static void DrawTitles(Canvas canvas, int y)
    {
        var dim = canvas.Theme.Dim;
        canvas.Text(Time, y, 12, dim, "TIME");
        canvas.TextRight(Worker, y, WorkerWidth, dim, "WORKER");
        canvas.TextRight(Length, y, 8, dim, "DURATION");
        canvas.Text(Split, y, SplitWidth, dim, "SPLIT");
        canvas.Text(Cause, y, 11, dim, "CAUSE");
        canvas.Text(Culprit, y, canvas.Width - Culprit, dim, "CULPRIT");
    }

    private static void DrawRow(Canvas canvas, Rect area, int y, LiveFrame frame, int index)
    {
        var theme = canvas.Theme;
        var report = frame.Report!;
        var record = report.Events[index];
        var blocker = frame.Index.EventBlocker(index);
        var time = TimeZoneInfo.ConvertTime(report.Session.StartedAt.AddTicks((record.StartNs - report.Session.StartNs) / 100), frame.Zone);
        canvas.Text(Time, y, 12, theme.Dim, $"{time:HH:mm:ss.fff}");
        var text = canvas.Scratch;
        text.Clear();
        Labels.ShortWorker(text, frame, record.Tid);
        canvas.TextRight(Worker, y, WorkerWidth, theme.Text, text.Text);
        canvas.TextRight(Length, y, 8, theme.Heading, $"{new Duration(record.DurationNs)}");
        if (record.InProgress) canvas.Text(Length + 8, y, 1, theme.Bad, "!");
        SplitBar.Draw(canvas, Split, y, SplitWidth, record.OnCpuNs, record.BlockedNs, record.RunQueueNs);
        var cause = blocker?.Cause ?? (record.Starved ? Causes.CpuStarved : "");
        canvas.Text(Cause, y, 11, theme.Cause(cause), cause);
        canvas.TextTail(Culprit, y, area.Width - Culprit - 2, theme.Text, blocker?.Culprit.Function ?? "");
    }

    private static void DrawSummary(Canvas canvas, Rect area, LiveFrame frame, EventList list)
    {
        var text = canvas.Scratch;
        text.Clear();
        text.Append($"{list.Rows.Count} stalls");
        if (frame.Report!.Session.EventsLeftOut is > 0 and var left) text.Append($", {left} more left out of the list");
        text.Append(list.Follows && frame.IsLive ? ", following the newest" : "");
        text.Append("   c CPU  b blocked  q run queue  ! goes on");
        canvas.Text(Time, area.Bottom - 1, area.Width - 4, canvas.Theme.Dim, text.Text);
    }
}
