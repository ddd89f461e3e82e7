using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>A strip per worker over the window, a moment of it in words, who waits for I/O, and what is stuck now.</summary>
internal static class WorkersScreen
{
    private const int Mark = 2;
    private const int Numbers = 15;
    private const int RoomyHeight = 18;

    /// <summary>On a small screen the worker's number has to do.</summary>
    private static int NameWidth(int width) => width < 60 ? 7 : 18;

    /// <summary>Columns of a strip on a screen of this width.</summary>
    public static int StripWidth(int width) => Math.Max(1, width - Mark - NameWidth(width) - Numbers - 3);

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        var list = view.Workers;
        if (list.Rows.Count == 0)
        {
            canvas.Text(Mark, area.Y + 1, area.Width - 4, canvas.Theme.Text, "No worker has been seen yet.");
            return;
        }
        var strip = new Rect(area.X + Mark + NameWidth(area.Width), area.Y + 1, StripWidth(area.Width), 0);
        var strips = view.Strips;
        strips.Settle(frame, list.Rows, strip.Width);
        DrawAxis(canvas, area.Y, strip, strips, frame);
        // At least half for the strips; what they do not need is for the text below.
        var height = Math.Min(list.Rows.Count, Math.Max(3, area.Height - 9));
        var top = Table.Top(list.SelectedRow, list.Rows.Count, height);
        canvas.PageRows = height;
        for (var line = 0; line < height && top + line < list.Rows.Count; line++)
            DrawWorker(canvas, strip, area.Y + 1 + line, frame, view, top + line);
        Table.ScrollMark(canvas, new Rect(area.X, area.Y + 1, area.Width, height), top, list.Rows.Count);
        var y = area.Y + 1 + height;
        y += DrawLegend(canvas, y, area.Width, frame.Report is { } report && report.Workers.Count > report.WorkerCount);
        y = DrawMoment(canvas, y, area, frame, view);
        StuckList.Draw(canvas, new Rect(area.X, y, area.Width, area.Bottom - y), frame);
    }

    private static void DrawAxis(Canvas canvas, int y, Rect strip, WorkerStrips strips, LiveFrame frame)
    {
        var dim = canvas.Theme.Dim;
        canvas.Text(Mark, y, strip.X - Mark - 1, dim, "WORKER");
        canvas.Text(strip.X, y, strip.Width / 2, dim, $"-{Duration.WholeSeconds(strips.SpanNs):s}");
        canvas.TextRight(strip.X + strip.Width / 2, y, strip.Width - strip.Width / 2, dim, frame.IsLive ? "now" : "end");
        canvas.TextRight(strip.Right + 1, y, 7, dim, "BUSY");
        canvas.TextRight(strip.Right + 8, y, 8, dim, "BLOCKED");
    }

    private static void DrawWorker(Canvas canvas, Rect strip, int y, LiveFrame frame, ViewState view, int row)
    {
        var theme = canvas.Theme;
        var tid = view.Workers.Rows[row];
        var name = Labels.Identity(frame, tid).Name;
        var text = canvas.Scratch;
        text.Clear();
        Labels.ShortWorker(text, frame, tid);
        var x = Mark + canvas.Text(Mark, y, Math.Min(7, strip.X - 1 - Mark), theme.Heading, text.Text) + 1;
        canvas.Text(x, y, strip.X - 1 - x, theme.Text, name.Length > 0 ? name : "thread");
        var strips = view.Strips;
        Span<char> letter = stackalloc char[1];
        for (var column = 0; column < strip.Width; column++)
        {
            var (state, small) = strips.State(row, column);
            letter[0] = small ? char.ToLowerInvariant(SliceState.Letter(state)) : SliceState.Letter(state);
            canvas.Cells.Write(strip.X + column, y, 1, letter, StateStyle(theme, state));
        }
        DrawNumbers(canvas, strip.Right + 1, y, frame, tid, strips, row);
        canvas.Targets.Add(new ClickTarget(new Rect(0, y, strip.X, 1), TargetKind.Row, row));
        for (var column = 0; column < strip.Width; column++)
            canvas.Targets.Add(new ClickTarget(new Rect(strip.X + column, y, 1, 1), TargetKind.Strip, row << 16 | column));
        if (row != view.Workers.SelectedRow) return;
        canvas.Text(0, y, 1, theme.Accent, canvas.Glyphs.Selected);
        canvas.Cells.Restyle(0, y, strip.X - 1, theme.Selected);
        if (strips.ColumnAt(view.Workers.CursorNs) is { } cursor)
            canvas.Cells.Restyle(strip.X + cursor, y, 1, new Style(Attributes: TextAttributes.Reverse));
    }

    private static void DrawNumbers(Canvas canvas, int x, int y, LiveFrame frame, int tid, WorkerStrips strips, int row)
    {
        double busy = 0, blocked = 0, all = 0;
        if (frame.Timelines.Find(tid) is not null)
        {
            for (var column = 0; column < strips.Columns; column++)
            {
                var ns = strips.Column(row, column);
                busy += ns[SliceState.Polling] + ns[SliceState.Blocked] + ns[SliceState.RunQueue];
                blocked += ns[SliceState.Blocked];
                all += ns[SliceState.Polling] + ns[SliceState.Blocked] + ns[SliceState.RunQueue] + ns[SliceState.Parked];
            }
        }
        else if (frame.Index.Worker(tid) is { } worker)
        {
            busy = worker.OnCpuNs + worker.BlockedNs + worker.RunQueueNs;
            blocked = worker.BlockedNs;
            all = busy + worker.IdleNs;
        }
        if (all <= 0) return;
        canvas.TextRight(x, y, 7, canvas.Theme.Text, $"{new Percent(busy / all)}");
        canvas.TextRight(x + 7, y, 8, blocked / all > 0.05 ? canvas.Theme.Warning : canvas.Theme.Text, $"{new Percent(blocked / all)}");
    }

    internal static Style StateStyle(Theme theme, int state) => state switch
    {
        SliceState.Unknown or SliceState.Parked => theme.Parked,
        SliceState.Polling => theme.Polling,
        SliceState.RunQueue => theme.RunQueue,
        SliceState.Blocked => theme.BlockedBriefly,
        _ => theme.Cause(SliceState.Word(state)).With(TextAttributes.Bold),
    };

    /// <returns>Rows used.</returns>
    private static int DrawLegend(Canvas canvas, int y, int width, bool turns)
    {
        int x = Mark, rows = 1;
        Span<char> letter = stackalloc char[1];
        for (var state = SliceState.Parked; state < SliceState.Count; state++)
        {
            var word = SliceState.Word(state);
            if (x + word.Length + 3 > width)
            {
                (x, rows) = (Mark, rows + 1);
            }
            letter[0] = SliceState.Letter(state);
            canvas.Cells.Write(x, y + rows - 1, 1, letter, StateStyle(canvas.Theme, state));
            x += 2 + canvas.Text(x + 2, y + rows - 1, width - x - 2, canvas.Theme.Dim, word) + 2;
        }
        var note = turns ? "small: under a fifth of it; rows of one number: threads that took turns" : "a small letter: under a fifth of that moment";
        if (x + note.Length > width) (x, rows) = (Mark, rows + 1);
        canvas.Text(x, y + rows - 1, width - x, canvas.Theme.Dim, note);
        return rows;
    }

    /// <summary>The column under the cursor in words, and who holds the I/O driver.</summary>
    private static int DrawMoment(Canvas canvas, int y, Rect area, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        canvas.HorizontalLine(area.X, y++, area.Width, theme.Dim);
        var text = canvas.Scratch;
        text.Clear();
        DriverHolder.Say(text, frame);
        // Where there is room, each keeps its rows however long its text is: what stands below must not jump.
        var roomy = area.Height >= RoomyHeight;
        if (text.Length > 0) y += Math.Max(roomy ? 2 : 0, canvas.Wrap(Mark, y, area.Width - 4, 2, theme.Text, text.Text));
        var list = view.Workers;
        if (view.Strips.ColumnAt(list.CursorNs) is not { } column || list.SelectedTid is not { } tid) return y;
        StripTooltip.Say(text, frame, view.Strips, list.SelectedRow, tid, column, canvas.Glyphs);
        return y + Math.Max(roomy ? 3 : 0, canvas.Wrap(Mark, y, area.Width - 4, 3, theme.Accent, text.Text));
    }
}
