using System.Text;
using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Model;
using Hud.Live.Terminal;
using Hud.Live.Tests.Terminal;

namespace Hud.Live.Tests;

public sealed class LiveAppTests
{
    private static readonly TerminalProfile Profile = new(ColorDepth.TrueColor, Ascii: false, LightBackground: false);

    [Theory]
    [InlineData("q", LiveExit.Quit)]
    [InlineData("\x03", LiveExit.Interrupted)]
    public void Keys_end_it(string keys, LiveExit exit) => Assert.Equal(exit, Run(new Source(), new MemoryTerminal(80, 24, "j", keys)));

    [Fact]
    public void A_terminal_that_is_gone_ends_it() => Assert.Equal(LiveExit.HungUp, Run(new Source(), new MemoryTerminal(80, 24)));

    [Fact]
    public void The_first_reason_to_end_counts()
    {
        var terminal = new MemoryTerminal(80, 24, "", "", "");
        var app = new LiveApp(new Source(), terminal, Profile, TimeProvider.System);
        app.End(LiveExit.Terminated);
        app.End(LiveExit.Interrupted);
        Assert.Equal(LiveExit.Terminated, app.Loop());
        Assert.True(terminal.Wakes > 0);
    }

    [Fact]
    public void The_screen_shows_the_report_and_follows_the_size()
    {
        var terminal = new MemoryTerminal(80, 24, "", "q");
        terminal.OnWait = t =>
        {
            var screen = new ScreenEmulator(t.Size.Width, t.Size.Height);
            screen.Feed(t.Written.ToArray());
            Assert.Contains("journal::flush", screen.ToText(), StringComparison.Ordinal);
            t.Written.SetLength(0);
            (t.Size, t.Repaint) = ((120, 40), true);
        };
        Assert.Equal(LiveExit.Quit, Run(new Source(), terminal));
    }

    [Fact]
    public void Hostile_names_send_no_sequence_of_their_own_from_any_screen()
    {
        var source = new Source(SampleReports.Hostile());
        var terminal = new MemoryTerminal(120, 40, "", "2", "3", "4", "1", "\r", "\t", "\t", "?", "q", "q");
        Run(source, terminal);
        // The emulator fails on any sequence that the frame writer does not use.
        new ScreenEmulator(120, 40).Feed(terminal.Written.ToArray());
        Assert.DoesNotContain('\u009b', terminal.Text);
        Assert.DoesNotContain("\e]", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Threshold_window_reset_and_export_reach_the_source()
    {
        var source = new Source();
        Run(source, new MemoryTerminal(80, 24, "+", "+", "-", "w", "r", "e", "q"));
        Assert.Equal(["threshold 10000000", "threshold 20000000", "threshold 10000000", "window 60000000000", "reset", "export"], source.Actions());
        Assert.Equal(60_000_000_000, source.Model.WindowNs);
    }

    [Theory]
    [InlineData(false, "wrote trace.json")]
    [InlineData(true, "export failed: disk full")]
    public void The_result_of_an_export_is_shown(bool fails, string message)
    {
        var shown = "";
        var terminal = new MemoryTerminal(80, 24, "e", "", "q")
        {
            OnWait = t =>
            {
                // The second wait is for the export to end, the third comes after it was shown.
                if (t.Timeouts.Count == 2) SpinWait.SpinUntil(() => t.Wakes > 0, 60_000);
                if (t.Timeouts.Count == 3) shown = Screen(t);
            },
        };
        Run(new Source { ExportFails = fails }, terminal);
        Assert.Contains(message, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_freezes_the_screen_and_waits_for_keys_only()
    {
        var source = new Source();
        var terminal = new MemoryTerminal(80, 24, " ", "", "q");
        var waits = 0;
        terminal.OnWait = _ =>
        {
            if (++waits == 2) source.Model.Update(SampleReports.StuckNow());
        };
        Run(source, terminal);
        Assert.Contains("PAUSED", terminal.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("STUCK", terminal.Text, StringComparison.Ordinal);
        Assert.Equal(-1, terminal.Timeouts[^1]);
    }

    [Fact]
    public void A_saved_report_waits_for_keys_and_refuses_what_it_cannot_do()
    {
        var terminal = new MemoryTerminal(80, 24, "+", "r", "w", "q");
        Run(new SavedReportSource(SampleReports.Many(), () => "wrote"), terminal);
        Assert.All(terminal.Timeouts, timeout => Assert.Equal(-1, timeout));
        Assert.Contains("the threshold of a saved report is fixed", terminal.Text, StringComparison.Ordinal);
        Assert.Contains("SAVED", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_puts_the_blocker_on_the_clipboard_by_OSC_52()
    {
        var terminal = new MemoryTerminal(80, 24, "y", "q");
        Run(new Source(), terminal);
        var start = terminal.Text.IndexOf("\e]52;c;", StringComparison.Ordinal) + "\e]52;c;".Length;
        var payload = terminal.Text[start..terminal.Text.IndexOf("\e\\", start, StringComparison.Ordinal)];
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(payload));
        Assert.Contains("checkout::orders::journal::flush blocks the worker: file-io (fsync /var/lib/checkout/journal.db)", text, StringComparison.Ordinal);
        Assert.Contains("* checkout::orders::journal::append  /usr/src/app/src/orders/journal.rs:97", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_Z_suspends()
    {
        var terminal = new MemoryTerminal(80, 24, "\x1a", "q");
        Run(new Source(), terminal);
        Assert.Equal(1, terminal.Suspensions);
    }

    [Fact]
    public void Ctrl_L_draws_the_whole_screen_again()
    {
        var terminal = new MemoryTerminal(80, 24, "\x0c", "q");
        var before = 0L;
        terminal.OnWait = t => before = before == 0 ? t.Written.Length : before;
        Run(new Source(), terminal);
        var written = terminal.Written.ToArray();
        Assert.Equal(written[..(int)before], written[(int)before..]);
    }

    [Fact]
    public void A_light_background_changes_the_colours()
    {
        var terminal = new MemoryTerminal(80, 24, "\e]11;rgb:ffff/ffff/ffff\e\\", "q");
        Run(new Source(), terminal);
        Assert.Contains("38;2;179;38;30", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_colour_nothing_but_attributes_is_sent_and_the_text_is_the_same()
    {
        var plain = new MemoryTerminal(80, 24, "q");
        new LiveApp(new Source(), plain, Profile with { Depth = ColorDepth.None }, TimeProvider.System).Loop();
        var colored = new MemoryTerminal(80, 24, "q");
        Run(new Source(), colored);
        var (plainScreen, coloredScreen) = (new ScreenEmulator(80, 24), new ScreenEmulator(80, 24));
        plainScreen.Feed(plain.Written.ToArray());
        coloredScreen.Feed(colored.Written.ToArray());
        Assert.Equal(coloredScreen.ToText(), plainScreen.ToText());
        Assert.All(plainScreen.Sgr, sgr => Assert.DoesNotMatch("(^|;)([34]8|3[0-7]|4[0-7]|9[0-7]|10[0-7])(;|$)", sgr));
    }

    private static string Screen(MemoryTerminal terminal)
    {
        var screen = new ScreenEmulator(terminal.Size.Width, terminal.Size.Height);
        screen.Feed(terminal.Written.ToArray());
        return screen.ToText();
    }

    private static LiveExit Run(ILiveSource source, MemoryTerminal terminal) => new LiveApp(source, terminal, Profile, TimeProvider.System).Loop();

    private sealed class Source : ILiveSource
    {
        private readonly List<string> _actions = [];

        public Source(Report? report = null)
        {
            report ??= SampleReports.Many();
            Model = new LiveModel(report.Session.WindowNs);
            Model.Update(report);
        }

        public LiveModel Model { get; }
        public bool IsLive => true;
        public bool ExportFails { get; init; }
        public int Exports { get; private set; }

        public List<string> Actions()
        {
            // The export has a thread of its own.
            SpinWait.SpinUntil(() => Exports > 0, 60_000);
            lock (_actions) return [.. _actions];
        }

        public void SetThreshold(long thresholdNs) => Add($"threshold {thresholdNs}");

        public void SetWindow(long? windowNs) => Add($"window {windowNs}");

        public void Reset() => Add("reset");

        public string Export()
        {
            Add("export");
            Exports++;
            return ExportFails ? throw new IOException("disk full") : "wrote trace.json";
        }

        private void Add(string action)
        {
            lock (_actions) _actions.Add(action);
        }
    }
}
