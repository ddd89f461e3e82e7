using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>How a blocker's durations spread: percentiles and a histogram, and its time split by worker and by cause.</summary>
internal static class DistributionPane
{
    // Label and two numbers, then the bar.
    private const int BarAt = 42;

    /// <param name="beside">Next to the stacks, which are what keys scroll.</param>
    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view, Blocker blocker, bool beside)
    {
        var theme = canvas.Theme;
        var listed = Listed(view);
        // The percentiles, two titles, and a blank line before each part.
        var lines = 6 + (listed < blocker.Count ? 1 : 0) + view.Histogram.Count + view.WorkerShares.Count + blocker.CauseShares.Count;
        var top = beside ? 0 : canvas.Scroll(area, lines, view.Scroll ?? 0);
        Table.ScrollMark(canvas, area, top, lines);
        var line = DrawHistogram(canvas, area, view, blocker, listed, -top) + 1;

        Title(canvas, area, ref line, "By worker");
        foreach (var worker in view.WorkerShares)
        {
            if (!Row(area, line++, out var y)) continue;
            var text = canvas.Scratch;
            text.Clear();
            Labels.Worker(text, frame, worker.Tid);
            canvas.Text(area.X, y, 22, theme.Text, text.Text);
            canvas.TextRight(area.X + 22, y, 8, theme.Text, $"{worker.Count}x");
            canvas.TextRight(area.X + 30, y, 10, theme.Text, $"{new Duration(worker.Ns)}");
            canvas.Bar(area.X + BarAt, y, area.Width - BarAt - 2, Percent.Of(worker.Ns, blocker.TotalNs).Share, theme.Bar);
        }
        line++;
        Title(canvas, area, ref line, "By cause");
        foreach (var cause in blocker.CauseShares)
        {
            if (!Row(area, line++, out var y)) continue;
            canvas.Text(area.X, y, 22, theme.Cause(cause.Cause), cause.Cause);
            canvas.TextRight(area.X + 22, y, 8, theme.Text, $"{Percent.Of(cause.Ns, blocker.TotalNs)}");
            canvas.TextRight(area.X + 30, y, 10, theme.Text, $"{new Duration(cause.Ns)}");
            canvas.Bar(area.X + BarAt, y, area.Width - BarAt - 2, Percent.Of(cause.Ns, blocker.TotalNs).Share, theme.Cause(cause.Cause));
        }
    }

    private static long Listed(ViewState view)
    {
        long listed = 0;
        foreach (var bucket in view.Histogram) listed += bucket.Count;
        return listed;
    }

    private static int DrawHistogram(Canvas canvas, Rect area, ViewState view, Blocker blocker, long listed, int line)
    {
        var theme = canvas.Theme;
        if (Row(area, line++, out var y))
            canvas.Text(area.X, y, area.Width, theme.Heading, $"p50 {new Duration(blocker.P50Ns)}   p99 {new Duration(blocker.P99Ns)}   max {new Duration(blocker.MaxNs)}");
        long largest = 1;
        foreach (var bucket in view.Histogram) largest = Math.Max(largest, bucket.Count);
        if (listed < blocker.Count && Row(area, line++, out y))
            canvas.Text(area.X, y, area.Width, theme.Dim, $"the events list has {listed} of these {blocker.Count} polls");
        line++;
        foreach (var bucket in view.Histogram)
        {
            if (!Row(area, line++, out y)) continue;
            canvas.TextRight(area.X, y, 9, theme.Text, $"{new Duration(bucket.FromNs)}");
            canvas.Text(area.X + 10, y, 2, theme.Dim, "to");
            canvas.TextRight(area.X + 12, y, 9, theme.Text, $"{new Duration(bucket.ToNs)}");
            canvas.TextRight(area.X + 22, y, 8, bucket.Count > 0 ? theme.Text : theme.Dim, $"{bucket.Count}x");
            canvas.Bar(area.X + BarAt, y, area.Width - BarAt - 2, (double)bucket.Count / largest, theme.Bar);
        }
        return line;
    }

    private static void Title(Canvas canvas, Rect area, ref int line, string title)
    {
        if (Row(area, line++, out var y)) canvas.Text(area.X, y, area.Width, canvas.Theme.Heading, title);
    }

    private static bool Row(Rect area, int line, out int y)
    {
        y = area.Y + line;
        return line >= 0 && y < area.Bottom;
    }
}
