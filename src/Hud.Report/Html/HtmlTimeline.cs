using System.Globalization;
using Hud.Analysis.Model;
using Hud.Reporting.Formats;

namespace Hud.Reporting.Html;

/// <summary>Workers over time: each column is a slice of the session, its height the share of it that the worker was blocked.</summary>
internal static class HtmlTimeline
{
    private const int MaxWorkers = 48;
    private const int MaxColumns = 600;
    private const int MaxMarks = 9_000;
    private const int Left = 190, Width = 1190, RowHeight = 24, Gap = 4;
    private const int Levels = 10;

    public static void Write(HtmlWriter html, HtmlPage page)
    {
        var report = page.Report;
        if (report.Events.Count == 0 || report.Session.DurationNs <= 0)
            return;
        var threads = ThreadLabels.All(report);
        var shown = threads.Take(MaxWorkers).ToArray();
        var columns = Math.Clamp(MaxMarks / shown.Length, 60, MaxColumns);
        var first = Math.Min(report.Session.StartNs, report.Events.Min(e => e.StartNs));
        var span = Math.Max(1, report.Session.StartNs + report.Session.DurationNs - first);
        var bins = Bins(report, columns, first, span);
        var height = (shown.Length + (report.DriverStalls.Count > 0 ? 1 : 0)) * (RowHeight + Gap) + 24;
        html.Write($"<section id=\"timeline\"><h2>Timeline</h2><p>One row a worker. Each column is {Units.Duration(span / columns)}; its height is the share of that time in blocking polls, its colour the main cause.</p><div class=\"flamebox\"><svg class=\"timeline\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"Blocking polls of each worker over the session\">");
        var y = 0;
        if (report.DriverStalls.Count > 0)
        {
            html.Write($"<text x=\"0\" y=\"{y + 16}\">driver stalls</text><rect class=\"lane\" x=\"{Left}\" y=\"{y}\" width=\"{Width - Left}\" height=\"{RowHeight}\"/>");
            foreach (var stall in report.DriverStalls.OrderByDescending(s => s.DurationNs).Take(500))
                html.Write($"<rect class=\"stall\" x=\"{X(stall.StartNs - first, span)}\" y=\"{y}\" width=\"{Math.Max(1.5, (double)(Width - Left) * Math.Min(stall.DurationNs, span) / span)}\" height=\"{RowHeight}\"><title>driver stall, {Units.Duration(stall.DurationNs)} at {Units.Duration(Math.Max(0, stall.StartNs - first))}, {stall.IdleWorkers} workers idle</title></rect>");
            y += RowHeight + Gap;
        }

        foreach (var (tid, label) in shown)
        {
            html.Write($"<text x=\"0\" y=\"{y + 16}\">{NameText.KeepEnd(label, 26)}<title>{label}</title></text><rect class=\"lane\" x=\"{Left}\" y=\"{y}\" width=\"{Width - Left}\" height=\"{RowHeight}\"/>");
            if (bins.TryGetValue(tid, out var row))
                Row(html, row, y, span / columns);
            y += RowHeight + Gap;
        }

        Axis(html, y, span);
        html.Write($"</svg></div>");
        if (threads.Count > shown.Length)
            html.Write($"<p class=\"cap\">{Units.Count(threads.Count - shown.Length)} more workers are not drawn.</p>");
        if (report.Session.EventsLeftOut > 0)
            html.Write($"<p class=\"cap\">{Units.Count(report.Session.EventsLeftOut, "poll")} beyond the cap on listed polls are missing here; tables and flame graph have them.</p>");
        html.Write($"</section>");
    }

    private static void Row(HtmlWriter html, Bin[] row, int y, long columnNs)
    {
        for (var i = 0; i < row.Length;)
        {
            var level = row[i].Level(columnNs);
            var end = i + 1;
            while (end < row.Length && row[end].Level(columnNs) == level && row[end].Cause == row[i].Cause)
                end++;
            if (level > 0)
            {
                var h = RowHeight * level / (double)Levels;
                double left = Left + (double)(Width - Left) * i / row.Length, width = (double)(Width - Left) * (end - i) / row.Length;
                html.Write($"<rect x=\"{left}\" y=\"{y + RowHeight - h}\" width=\"{Math.Max(1.2, width)}\" height=\"{h}\" fill=\"{CauseColors.Hex(row[i].Cause!)}\"><title>{row[i].Cause}, {level * 100 / Levels} %</title></rect>");
            }

            i = end;
        }
    }

    private static Dictionary<int, Bin[]> Bins(Report report, int columns, long first, long span)
    {
        var causes = report.Blockers.ToDictionary(b => b.Id, b => b.Cause, StringComparer.Ordinal);
        var bins = new Dictionary<int, Bin[]>();
        foreach (var e in report.Events)
        {
            if (e.Starved || e.Blocker is null || !causes.TryGetValue(e.Blocker, out var cause))
                continue;
            if (!bins.TryGetValue(e.Tid, out var row))
                bins.Add(e.Tid, row = new Bin[columns]);
            long from = Math.Max(0, e.StartNs - first), to = Math.Min(span, from + e.DurationNs);
            for (var i = (int)((Int128)from * columns / span); i < columns && Edge(i, columns, span) < to; i++)
                row[i].Add(cause, Math.Min(to, Edge(i + 1, columns, span)) - Math.Max(from, Edge(i, columns, span)));
        }

        return bins;
    }

    private static long Edge(int column, int columns, long span) => (long)((Int128)span * column / columns);

    private static void Axis(HtmlWriter html, int y, long span)
    {
        const int ticks = 6;
        for (var i = 0; i <= ticks; i++)
        {
            var x = Left + (Width - Left) * i / ticks;
            var anchor = i == ticks ? "end" : i == 0 ? "start" : "middle";
            html.Write($"<text class=\"tick\" x=\"{x}\" y=\"{y + 16}\" text-anchor=\"{anchor}\">{Seconds(span / ticks * i)}</text>");
        }
    }

    private static string Seconds(long ns) => ns == 0 ? "0 s" : Units.Duration(ns);

    private static string X(long ns, long span) => (Left + (double)(Width - Left) * Math.Max(0, ns) / span).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>One column of one worker; keeps the cause with the most time by majority vote, which needs no table.</summary>
    private struct Bin
    {
        private long _blockedNs;
        private long _lead;

        public string? Cause { get; private set; }

        public void Add(string cause, long ns)
        {
            _blockedNs += ns;
            if (Cause is null || Cause == cause)
                (Cause, _lead) = (cause, _lead + ns);
            else if (_lead >= ns)
                _lead -= ns;
            else
                (Cause, _lead) = (cause, ns - _lead);
        }

        public readonly int Level(long columnNs) => _blockedNs == 0 ? 0 : Math.Clamp((int)Math.Ceiling((double)_blockedNs * Levels / Math.Max(1, columnNs)), 1, Levels);
    }
}
