using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>Every poll by future type, most time first. Only the exact tracker times them all.</summary>
internal static class FuturesScreen
{
    private const int Name = 2;
    private const int Amount = 10;
    private const int LeastName = 24;

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        if (frame.Report is not { } report) return;
        var futures = report.Futures;
        if (futures.Count == 0)
        {
            canvas.Wrap(Name, area.Y + 1, area.Width - 4, 3, canvas.Theme.Text, Absent(report));
            return;
        }
        var rows = new Rect(area.X, area.Y + 1, area.Width, area.Height - 2);
        var columns = Columns.For(report, area.Width);
        DrawTitles(canvas, area.Y, columns);
        var top = canvas.Scroll(rows, futures.Count, view.Scroll ?? 0);
        for (var line = 0; line < rows.Height && top + line < futures.Count; line++)
            DrawRow(canvas, rows.Y + line, columns, futures[top + line]);
        Table.ScrollMark(canvas, rows, top, futures.Count);
        DrawSummary(canvas, area, report);
    }

    /// <summary>Why there is nothing to show, in words for the screen and for the last row.</summary>
    public static string Absent(Report report) => report.Session.Tracker == "exact"
        ? "No poll has been timed yet."
        : "Only the exact tracker times every poll by its future: start hud with --tracker exact.";

    private static void DrawTitles(Canvas canvas, int y, in Columns columns)
    {
        var dim = canvas.Theme.Dim;
        canvas.Text(Name, y, columns.NameWidth, dim, "FUTURE");
        var x = Name + columns.NameWidth;
        Put(canvas, ref x, y, dim, "POLLS");
        Put(canvas, ref x, y, dim, "MEAN");
        Put(canvas, ref x, y, dim, "P99");
        Put(canvas, ref x, y, dim, "LONGEST");
        if (columns.Delays)
        {
            Put(canvas, ref x, y, dim, "DELAY P99");
            Put(canvas, ref x, y, dim, "DELAY MAX");
        }
        if (columns.Buckets > 0) canvas.Text(x + 2, y, columns.Buckets, dim, "FROM 1 µs ON, x2");
    }

    private static void Put(Canvas canvas, ref int x, int y, Style style, ReadOnlySpan<char> text)
    {
        canvas.TextRight(x, y, Amount, style, text);
        x += Amount;
    }

    private static void Put(Canvas canvas, ref int x, int y, Style style, long ns)
    {
        canvas.TextRight(x, y, Amount, style, $"{new Duration(ns)}");
        x += Amount;
    }

    private static void DrawRow(Canvas canvas, int y, in Columns columns, FutureInfo future)
    {
        var theme = canvas.Theme;
        var text = canvas.Scratch;
        text.Clear();
        if (future.Type is { } type) text.Append($"{type}");
        else text.Append($"polled by {future.PollFunction}");
        canvas.TextTail(Name, y, columns.NameWidth - 1, theme.Text, text.Text);
        var x = Name + columns.NameWidth;
        var polls = future.PollTime;
        canvas.TextRight(x, y, Amount, theme.Text, $"{polls.Count}");
        x += Amount;
        Put(canvas, ref x, y, theme.Text, polls.MeanNs());
        Put(canvas, ref x, y, theme.Text, polls.P99Ns);
        Put(canvas, ref x, y, theme.Heading, polls.MaxNs);
        if (columns.Delays && future.ScheduleDelay is { Count: > 0 } delay)
        {
            Put(canvas, ref x, y, theme.Text, delay.P99Ns);
            Put(canvas, ref x, y, theme.Text, delay.MaxNs);
        }
        else if (columns.Delays)
        {
            Put(canvas, ref x, y, theme.Dim, canvas.Glyphs.Dash);
            Put(canvas, ref x, y, theme.Dim, canvas.Glyphs.Dash);
        }
        if (columns.Buckets > 0) DrawHistogram(canvas, x + 2, y, columns.Buckets, polls);
    }

    /// <summary>A column for each power of two; its height is the logarithm of the count, or the rare long polls would not show.</summary>
    private static void DrawHistogram(Canvas canvas, int x, int y, int width, TimeDistribution polls)
    {
        var heights = canvas.Glyphs.Columns;
        var most = Math.Log2(polls.Count + 1);
        for (var i = 0; i < width && i < polls.Histogram.Count; i++)
        {
            var count = polls.Histogram[i];
            var height = count == 0 ? 0 : Math.Clamp((int)Math.Round(Math.Log2(count + 1) / most * (heights.Length - 1)), 1, heights.Length - 1);
            canvas.Cells.Write(x + i, y, 1, heights[height], canvas.Theme.Bar);
        }
    }

    private static void DrawSummary(Canvas canvas, Rect area, Report report)
    {
        long polls = 0;
        foreach (var future in report.Futures) polls += future.PollTime.Count;
        var text = canvas.Scratch;
        text.Clear();
        text.Append($"{report.Futures.Count} futures, {polls} polls, wall time   p99 is an upper bound, by up to a factor of two");
        canvas.Text(Name, area.Bottom - 1, area.Width - 4, canvas.Theme.Dim, text.Text);
    }

    /// <param name="Delays">Schedule delays are known and there is room for them.</param>
    /// <param name="Buckets">Columns of the histogram; 0 where there is no room.</param>
    private readonly record struct Columns(int NameWidth, bool Delays, int Buckets)
    {
        public static Columns For(Report report, int width)
        {
            var name = width - Name - 2 - 4 * Amount;
            var delays = false;
            foreach (var future in report.Futures) delays |= future.ScheduleDelay is not null;
            delays &= name - 2 * Amount >= LeastName;
            name -= delays ? 2 * Amount : 0;
            var buckets = report.Futures[0].PollTime.Histogram.Count;
            if (buckets == 0 || name - buckets - 2 < LeastName) buckets = 0;
            return new Columns(name - (buckets > 0 ? buckets + 2 : 0), delays, buckets);
        }
    }
}
