using Hud.Analysis.Model;
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

    /// <summary>Always as many, however long the sentence is: what stands below must not jump while its numbers change.</summary>
    private const int VerdictRows = 2;

    private static readonly string[] Tabs = ["Blockers", "Workers", "Events", "Status", "Futures"];

    /// <summary>The last one is there where the tracker times futures.</summary>
    public static int TabCount(LiveFrame frame) => frame.Report is { Futures.Count: > 0 } ? Tabs.Length : Tabs.Length - 1;

    public static void Draw(Canvas canvas, LiveFrame frame, ViewState view)
    {
        if (canvas.Width < MinimumWidth || canvas.Height < MinimumHeight)
        {
            canvas.Text(0, 0, canvas.Width, canvas.Theme.Text, $"hud needs {MinimumWidth}x{MinimumHeight}, has {canvas.Width}x{canvas.Height}");
            return;
        }
        DrawHeader(canvas, frame, view);
        DrawVerdict(canvas, frame, view);
        const int y = 1 + VerdictRows;
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
                case ScreenKind.Futures: FuturesScreen.Draw(canvas, body, frame, view); break;
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
        var room = width - x - right.Length - 1;
        // What does not fit is left out from the least on; the status screen has it all.
        for (var facts = MostFacts; facts >= 0; facts--)
        {
            WriteFacts(canvas, frame, report, facts);
            if (CharacterSafety.Width(canvas.Scratch.Text) <= room) break;
        }
        canvas.Text(x, 0, room, theme.Dim, canvas.Scratch.Text);
    }

    private const int MostFacts = 3;

    private static void WriteFacts(Canvas canvas, LiveFrame frame, Report report, int facts)
    {
        var text = canvas.Scratch;
        text.Clear();
        var separator = canvas.Glyphs.Separator;
        var session = report.Session;
        text.Append($" {report.Target.Pid}");
        if (facts > 2 && report.Target.TokioVersion is { } version) text.Append($" {separator} Tokio {version}");
        if (facts > 1) text.Append($" {separator} {session.Tracker}");
        text.Append($" {separator} over {new Duration(session.ThresholdNs):s}");
        if (session.WindowNs is { } window) text.Append($" {separator} last {new Duration(window):s}");
        if (facts == 0) return;
        if (frame.IsLive) text.Append($" {separator} up {new Duration(session.DurationNs / 1_000_000_000 * 1_000_000_000):s}");
        else text.Append($" {separator} {TimeZoneInfo.ConvertTime(session.StartedAt, frame.Zone):yyyy-MM-dd HH:mm} for {Duration.WholeSeconds(session.DurationNs):s}");
    }

    private static void DrawVerdict(Canvas canvas, LiveFrame frame, ViewState view)
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
        canvas.Wrap(x + 1, 1, canvas.Width - x - 2, VerdictRows, canvas.Theme.Text, canvas.Scratch.Text);
    }

    private static void DrawTabs(Canvas canvas, int y, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        canvas.HorizontalLine(0, y, canvas.Width, theme.Dim);
        var x = 1;
        for (var tab = 0; tab < TabCount(frame); tab++)
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
