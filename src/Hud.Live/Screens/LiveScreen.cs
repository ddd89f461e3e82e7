using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>The whole screen: header, verdict, tabs, one screen's body and the footer. A pure function of frame, state and canvas size.</summary>
internal static class LiveScreen
{
    public const int MinimumWidth = 40;
    public const int MinimumHeight = 10;

    private static readonly string[] Tabs = ["Blockers", "Workers", "Events", "Status"];

    public static void Draw(Canvas canvas, LiveFrame frame, ViewState view)
    {
        if (canvas.Width < MinimumWidth || canvas.Height < MinimumHeight)
        {
            canvas.Text(0, 0, canvas.Width, canvas.Theme.Text, $"hud needs {MinimumWidth}x{MinimumHeight}, has {canvas.Width}x{canvas.Height}");
            return;
        }
        DrawHeader(canvas, frame, view);
        var y = 1 + DrawVerdict(canvas, frame, view);
        DrawTabs(canvas, y, frame, view);
        var body = new Rect(0, y + 1, canvas.Width, canvas.Height - y - 2);
        if (view.DetailId is not null) DetailScreen.Draw(canvas, body, frame, view);
        else
        {
            switch (view.Screen)
            {
                case ScreenKind.Blockers: BlockersScreen.Draw(canvas, body, frame, view); break;
                case ScreenKind.Workers: WorkersScreen.Draw(canvas, body, frame, view); break;
                case ScreenKind.Events: EventsScreen.Draw(canvas, body, frame, view); break;
                case ScreenKind.Status: StatusScreen.Draw(canvas, body, frame, view); break;
            }
        }
        Footer.Draw(canvas, frame, view);
        if (view.ShowsHelp) HelpOverlay.Draw(canvas);
    }

    private static void DrawHeader(Canvas canvas, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        var width = canvas.Width;
        var right = view.Paused ? " PAUSED " : frame.IsLive ? "" : " SAVED ";
        if (right.Length > 0) canvas.Text(width - right.Length, 0, right.Length, theme.Warning.With(TextAttributes.Reverse), right);
        var x = 1 + canvas.Text(1, 0, width, theme.Accent, "hud") + 1;
        if (frame.Report is not { } report) return;
        x += canvas.Text(x, 0, Math.Max(0, width - x - right.Length) / 2, theme.Heading, report.Target.Name);
        var facts = canvas.Scratch;
        facts.Clear();
        var separator = canvas.Glyphs.Separator;
        facts.Append($" {report.Target.Pid}");
        if (report.Target.TokioVersion is { } version) facts.Append($" {separator} Tokio {version}");
        facts.Append($" {separator} {report.Session.Tracker} {separator} over {new Duration(report.Session.ThresholdNs):s}");
        if (report.Session.WindowNs is { } window) facts.Append($" {separator} last {new Duration(window):s}");
        facts.Append($" {separator} up {new Duration(report.Session.DurationNs / 1_000_000_000 * 1_000_000_000):s}");
        canvas.Text(x, 0, width - x - right.Length - 1, theme.Dim, facts.Text);
    }

    /// <returns>Rows used: two where one does not hold the sentence.</returns>
    private static int DrawVerdict(Canvas canvas, LiveFrame frame, ViewState view)
    {
        var kind = Verdict.Write(canvas.Scratch, frame, view, canvas.Glyphs);
        var style = kind switch
        {
            VerdictKind.Ok => canvas.Theme.Good,
            VerdictKind.Idle => canvas.Theme.Accent,
            VerdictKind.Unsure or VerdictKind.Starved => canvas.Theme.Warning,
            _ => canvas.Theme.Bad,
        };
        var badge = Verdict.Badge(kind);
        var x = 1 + badge.Length + 2;
        canvas.Cells.Fill(1, 1, badge.Length + 2, 1, style.With(TextAttributes.Reverse));
        canvas.Text(2, 1, badge.Length, style.With(TextAttributes.Reverse), badge);
        return canvas.Wrap(x + 1, 1, canvas.Width - x - 2, 2, canvas.Theme.Text, canvas.Scratch.Text);
    }

    private static void DrawTabs(Canvas canvas, int y, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        canvas.HorizontalLine(0, y, canvas.Width, theme.Dim);
        var x = 1;
        for (var tab = 0; tab < Tabs.Length; tab++)
        {
            var current = (int)view.Screen == tab;
            var start = x;
            x += canvas.Text(x, y, canvas.Width - x, current ? theme.Accent.With(TextAttributes.Reverse) : theme.Text, $" {tab + 1} {Tabs[tab]} ");
            canvas.Targets.Add(new ClickTarget(new Rect(start, y, x - start, 1), TargetKind.Tab, tab));
            x++;
        }
        if (view.DetailId is not null) x += canvas.Text(x, y, canvas.Width - x, theme.Accent, $" {canvas.Glyphs.Selected} Detail ");
        if (!view.Filter.IsEmpty || view.EditsFilter)
        {
            canvas.TextRight(x, y, canvas.Width - x - 1, theme.Warning, $" filter: {view.Filter.Text} ");
        }
    }
}
