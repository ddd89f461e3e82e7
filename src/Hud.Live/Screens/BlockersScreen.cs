using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>The ranked table of blockers, and a few lines on the selected one.</summary>
internal static class BlockersScreen
{
    private readonly record struct Column(BlockerColumn Id, string Title, int Width, bool Right);

    // Culprit and call share what the others leave.
    private static readonly Column[] Narrow =
    [
        new(BlockerColumn.Culprit, "CULPRIT", 0, false), new(BlockerColumn.Cause, "CAUSE", 11, false), new(BlockerColumn.Count, "COUNT", 6, true),
        new(BlockerColumn.Total, "TOTAL", 7, true), new(BlockerColumn.P99, "P99", 7, true), new(BlockerColumn.Max, "MAX", 7, true), new(BlockerColumn.Share, "SHARE", 6, true),
    ];

    private static readonly Column[] Small =
    [
        new(BlockerColumn.Culprit, "CULPRIT", 0, false), new(BlockerColumn.Cause, "CAUSE", 11, false), new(BlockerColumn.Count, "COUNT", 6, true),
        new(BlockerColumn.Total, "TOTAL", 7, true), new(BlockerColumn.Max, "MAX", 7, true),
    ];

    private static readonly Column[] Smallest =
        [new(BlockerColumn.Culprit, "CULPRIT", 0, false), new(BlockerColumn.Cause, "CAUSE", 11, false), new(BlockerColumn.Total, "TOTAL", 7, true)];

    private static readonly Column[] Wide =
    [
        new(BlockerColumn.Culprit, "CULPRIT", 0, false), new(BlockerColumn.Call, "CALL", 0, false), new(BlockerColumn.Cause, "CAUSE", 11, false),
        new(BlockerColumn.Count, "COUNT", 7, true), new(BlockerColumn.Total, "TOTAL", 8, true), new(BlockerColumn.P50, "P50", 8, true),
        new(BlockerColumn.P99, "P99", 8, true), new(BlockerColumn.Max, "MAX", 8, true), new(BlockerColumn.Share, "SHARE", 8, true),
    ];

    // Selected or not; stuck or muted; a blank, so that the mark does not read as part of the name.
    private const int MarkWidth = 3;

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        var columns = area.Width switch { >= 110 => Wide, >= 76 => Narrow, >= 56 => Small, _ => Smallest };
        Span<int> widths = stackalloc int[columns.Length];
        Layout(columns, area.Width - MarkWidth - 1, widths);
        DrawTitles(canvas, area, view, columns, widths);
        var list = view.Blockers;
        var preview = area.Height >= 12 ? 5 : 0;
        var rows = new Rect(area.X, area.Y + 1, area.Width, area.Height - 1 - preview);
        canvas.PageRows = Math.Max(1, rows.Height);
        if (list.Rows.Count == 0)
        {
            DrawEmpty(canvas, rows, frame, view);
            return;
        }
        var top = Table.Top(list.SelectedRow, list.Rows.Count, rows.Height);
        for (var line = 0; line < rows.Height && top + line < list.Rows.Count; line++)
        {
            var row = top + line;
            var y = rows.Y + line;
            DrawRow(canvas, rows.X, y, frame, view, list.Rows[row], columns, widths);
            canvas.Targets.Add(new ClickTarget(new Rect(rows.X, y, rows.Width, 1), TargetKind.Row, row));
            if (row != list.SelectedRow) continue;
            canvas.Text(rows.X, y, 1, canvas.Theme.Accent, canvas.Glyphs.Selected);
            canvas.Cells.Restyle(rows.X, y, rows.Width, canvas.Theme.Selected);
        }
        Table.ScrollMark(canvas, rows, top, list.Rows.Count);
        DrawNotes(canvas, rows with { Y = rows.Y + list.Rows.Count + 1, Height = rows.Height - list.Rows.Count - 1 }, frame.Report!.Notes);
        if (preview > 0) DrawPreview(canvas, new Rect(area.X, area.Bottom - preview, area.Width, preview), list.Selected!);
    }

    private static void Layout(Column[] columns, int width, Span<int> widths)
    {
        int left = width, flexible = 0;
        foreach (var column in columns)
        {
            left -= column.Width + 1;
            if (column.Width == 0) flexible++;
        }
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Width > 0) widths[i] = columns[i].Width;
            else
            {
                // Of two, the culprit gets the larger half.
                widths[i] = Math.Max(8, flexible == 1 ? left : left * 3 / 5);
                left -= widths[i];
                flexible--;
            }
        }
    }

    private static void DrawTitles(Canvas canvas, Rect area, ViewState view, Column[] columns, ReadOnlySpan<int> widths)
    {
        var x = area.X + MarkWidth;
        var direction = view.Blockers.Sort >= BlockerColumn.Count != view.Blockers.Inverted ? canvas.Glyphs.Descending : canvas.Glyphs.Ascending;
        for (var i = 0; i < columns.Length; i++)
        {
            var sorted = columns[i].Id == view.Blockers.Sort;
            var style = sorted ? canvas.Theme.Accent : canvas.Theme.Dim;
            var mark = sorted ? direction : "";
            if (columns[i].Right) canvas.TextRight(x, area.Y, widths[i], style, $"{columns[i].Title}{mark}");
            else canvas.Text(x, area.Y, widths[i], style, $"{columns[i].Title}{mark}");
            canvas.Targets.Add(new ClickTarget(new Rect(x, area.Y, widths[i], 1), TargetKind.Column, (int)columns[i].Id));
            x += widths[i] + 1;
        }
        if (Array.Exists(columns, c => c.Id == view.Blockers.Sort)) return;
        // Sorted on a wider screen, by a column that this one has no room for.
        canvas.Text(area.X + MarkWidth, area.Y, widths[0], canvas.Theme.Accent, $"CULPRIT by {Wide[(int)view.Blockers.Sort].Title}{direction}");
    }

    private static void DrawRow(Canvas canvas, int left, int y, LiveFrame frame, ViewState view, Blocker blocker, Column[] columns, ReadOnlySpan<int> widths)
    {
        var theme = canvas.Theme;
        var muted = view.Blockers.IsMuted(blocker.Id);
        var text = muted || blocker.Cause == Causes.CpuStarved ? theme.Dim : theme.Text;
        if (muted) canvas.Text(left + 1, y, 1, theme.Dim, "m");
        else if (IsStuck(frame, blocker)) canvas.Text(left + 1, y, 1, theme.Bad, "!");
        var x = left + MarkWidth;
        for (var i = 0; i < columns.Length; i++)
        {
            var width = widths[i];
            switch (columns[i].Id)
            {
                case BlockerColumn.Culprit: canvas.TextTail(x, y, width, muted ? text : text.With(TextAttributes.Bold), blocker.Culprit.Function); break;
                case BlockerColumn.Call: canvas.TextTail(x, y, width, text, blocker.Call?.Function ?? ""); break;
                case BlockerColumn.Cause: canvas.Text(x, y, width, muted ? text : theme.Cause(blocker.Cause), blocker.Cause); break;
                case BlockerColumn.Count: canvas.TextRight(x, y, width, text, $"{blocker.Count}"); break;
                case BlockerColumn.Total: canvas.TextRight(x, y, width, text, $"{new Duration(blocker.TotalNs)}"); break;
                case BlockerColumn.P50: canvas.TextRight(x, y, width, text, $"{new Duration(blocker.P50Ns)}"); break;
                case BlockerColumn.P99: canvas.TextRight(x, y, width, text, $"{new Duration(blocker.P99Ns)}"); break;
                case BlockerColumn.Max: canvas.TextRight(x, y, width, text, $"{new Duration(blocker.MaxNs)}"); break;
                case BlockerColumn.Share: canvas.TextRight(x, y, width, text, $"{Percent.Of(blocker.TotalNs, frame.Index.WorkerTimeNs)}"); break;
            }
            x += width + 1;
        }
    }

    private static bool IsStuck(LiveFrame frame, Blocker blocker)
    {
        foreach (var stuck in frame.Stuck)
        {
            if (stuck.Blocker?.Id == blocker.Id) return true;
        }
        return false;
    }

    private static void DrawEmpty(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        var text = canvas.Scratch;
        text.Clear();
        if (!view.Filter.IsEmpty) text.Append($"No blocker matches \"{view.Filter.Text}\". Esc clears the filter.");
        else if (view.Blockers.HidesMuted && view.Blockers.MutedCount > 0) text.Append("Every blocker is muted and hidden. M shows them.");
        else if (frame.Report is { Workers.Count: 0 }) text.Append("No worker has been seen: whether anything blocks cannot be said.");
        else if (frame.Report is { } report)
        {
            text.Append($"No poll has kept a worker for {new Duration(report.Session.ThresholdNs):s} or longer.");
            if (frame.IsLive) text.Append(" A lower threshold (-) shows shorter ones.");
        }
        var y = area.Y + 1;
        y += canvas.Wrap(area.X + MarkWidth, y, area.Width - MarkWidth - 2, 2, canvas.Theme.Text, text.Text);
        if (frame.Report is not null) DrawNotes(canvas, area with { Y = y + 1, Height = area.Bottom - y - 1 }, frame.Report.Notes);
    }

    /// <summary>The report's notes, where the table leaves room: what limits what it says.</summary>
    private static void DrawNotes(Canvas canvas, Rect area, IReadOnlyList<string> notes)
    {
        var y = area.Y;
        foreach (var note in notes)
        {
            if (y >= area.Bottom) return;
            y += canvas.Wrap(area.X + MarkWidth, y, area.Width - MarkWidth - 2, Math.Min(3, area.Bottom - y), canvas.Theme.Dim, note);
        }
    }

    /// <summary>Four lines on the selected blocker: where, into what, in which task, and what to do.</summary>
    private static void DrawPreview(Canvas canvas, Rect area, Blocker blocker)
    {
        var theme = canvas.Theme;
        canvas.HorizontalLine(area.X, area.Y, area.Width, theme.Dim);
        var x = area.X + MarkWidth;
        var width = area.Width - MarkWidth - 2;
        BlockerSummary.Place(canvas, x, area.Y + 1, width, blocker);
        BlockerSummary.Call(canvas, x, area.Y + 2, width, 1, blocker);
        canvas.Wrap(x, area.Y + 3, width, area.Bottom - area.Y - 3, theme.Dim, blocker.Advice);
    }
}
