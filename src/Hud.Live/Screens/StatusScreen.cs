using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>Facts: the target, the session, how it is watched, what was lost, how well names work, what hud itself costs.</summary>
internal static class StatusScreen
{
    private const int Label = 2;
    private const int Value = 18;

    public static void Draw(Canvas canvas, Rect area, LiveFrame frame, ViewState view)
    {
        if (frame.Report is not { } report) return;
        var lines = DrawLines(new Page(canvas, area with { Height = 0 }, 0), canvas, frame, report);
        var top = canvas.Scroll(area, lines, view.Scroll ?? 0);
        DrawLines(new Page(canvas, area, top), canvas, frame, report);
        Table.ScrollMark(canvas, area, top, lines);
    }

    /// <returns>How many lines there are, shown or not.</returns>
    private static int DrawLines(Page page, Canvas canvas, LiveFrame frame, Report report)
    {
        var session = report.Session;
        var target = report.Target;
        page.Line("Target", $"{target.Name}, pid {target.Pid}, {target.Exe ?? "executable unknown"}");
        if (target.BuildId is { } build) page.Line("Build id", $"{build}");
        if (session.Host is { } host) page.Line("Host", $"{host}, kernel {session.Kernel ?? "unknown"}");
        page.Line("Tokio", $"{target.TokioVersion ?? "version unknown"}");
        foreach (var runtime in frame.Index.Runtimes) page.Line("", $"{runtime}");
        if (report.Workers.Count > report.WorkerCount) page.Line("Workers", $"{report.WorkerCount}, which {report.Workers.Count} threads took turns to be");
        else page.Line("Workers", $"{report.Workers.Count} watched");
        page.Line("Tracker", $"{session.Tracker}{(session.TrackerReason is { } reason ? ": " + reason : "")}");
        page.Line("Threshold", $"{new Duration(session.ThresholdNs):s}, sampled every {new Duration(session.SamplePeriodNs):s}{(session.ThresholdOrigin is { } origin ? "; from " + origin : "")}");
        if (session.WindowNs is { } window) page.Line("Window", $"{new Duration(window):s}");
        else page.Line("Window", $"the whole session");
        page.Line("Session", $"{TimeZoneInfo.ConvertTime(session.StartedAt, frame.Zone):yyyy-MM-dd HH:mm:ss zzz}, {new Duration(session.DurationNs)}{(session.EndReason is { } end ? ", ended: " + end : "")}");
        if (session.Polls is { } polls) page.Line("Polls", $"{polls} observed");
        page.Line("Stalls", $"{report.Events.Count} in the window");
        if (frame.Rates.EventsPerSecond is { } rate) page.Line("Events", $"{rate:0} per second from the kernel");
        DrawLosses(page, canvas, session);
        DrawSymbols(page, canvas, session.Symbols);
        DrawCost(page, frame, session);
        if (session.CommandLine is { } commandLine) page.Line("Command line", $"{commandLine}");
        foreach (var note in report.Notes) page.Line("Note", $"{note}");
        return page.Lines;
    }

    private static void DrawLosses(Page page, Canvas canvas, SessionInfo session)
    {
        if (LossText.Of(session.Lost) is { } losses) page.Line("Lost", canvas.Theme.Bad, $"{losses}");
        else page.Line("Lost", $"nothing");
        if (session.EventsLeftOut > 0) page.Line("Left out", $"{session.EventsLeftOut} events beyond the cap; totals count them");
    }

    private static void DrawSymbols(Page page, Canvas canvas, SymbolQuality symbols)
    {
        var all = symbols.WithLines + symbols.NameOnly + symbols.Unnamed;
        if (all == 0) page.Line("Symbols", $"no frame named yet");
        else page.Line("Symbols", $"{Percent.Of(symbols.WithLines, all)} with lines, {Percent.Of(symbols.NameOnly, all)} name only, {Percent.Of(symbols.Unnamed, all)} unnamed of {all} frames");
        foreach (var (why, count) in symbols.NameGaps) page.Line("", $"{count} addresses: {why}");
        foreach (var (why, count) in symbols.CutStacks) page.Line("", $"{count} stacks cut: {why}");
        if (symbols.Hint is { } hint) page.Line("", canvas.Theme.Warning, $"{hint}");
    }

    private static void DrawCost(Page page, LiveFrame frame, SessionInfo session)
    {
        var cost = session.Overhead;
        if (cost.OverNs <= 0 || cost.OwnCpuNs + cost.BpfNs == 0) return;
        var own = frame.Rates.OwnCpu ?? (double)cost.OwnCpuNs / cost.OverNs;
        var target = frame.Rates.TargetCpu ?? (double)cost.TargetNs / cost.OverNs;
        page.Line("hud itself", $"{new Percent(own)} of a core, in the target {new Percent(target)}, {new ByteCount(cost.PeakRssBytes)} at most");
    }

    /// <summary>Label and value lines, wrapped and scrolled.</summary>
    private sealed class Page(Canvas canvas, Rect area, int scroll)
    {
        private int _line = -scroll;

        public void Line(string label, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] PageText text) => Line(label, canvas.Theme.Text, text);

        public void Line(string label, Terminal.Style style, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] PageText text)
        {
            _ = text;
            var width = area.Width - Value - 2;
            var lines = Canvas.WrappedLines(canvas.Scratch.Text, width);
            if (_line >= 0 && _line < area.Height)
            {
                canvas.Wrap(Value, area.Y + _line, width, Math.Min(lines, area.Height - _line), style, canvas.Scratch.Text);
                canvas.Text(Label, area.Y + _line, Value - Label - 1, canvas.Theme.Dim, label);
            }
            _line += lines;
        }

        public int Lines => _line + scroll;

        internal TextBuffer Begin()
        {
            canvas.Scratch.Clear();
            return canvas.Scratch;
        }
    }

    [System.Runtime.CompilerServices.InterpolatedStringHandler]
    private readonly ref struct PageText
    {
        private readonly TextHandler _inner;

        public PageText(int literalLength, int formattedCount, Page page) => _inner = new TextHandler(literalLength, formattedCount, page.Begin());

        public void AppendLiteral(string text) => _inner.AppendLiteral(text);

        public void AppendFormatted(string? text) => _inner.AppendFormatted(text);

        public void AppendFormatted<T>(T value) where T : ISpanFormattable => _inner.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) where T : ISpanFormattable => _inner.AppendFormatted(value, format);
    }
}
