using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Screens;
using Hud.Live.Terminal;
using Hud.Live.View;
using Hud.Tracking.Events;

namespace Hud.Live.Tests.Screens;

public sealed class VerdictTests
{
    [Fact]
    public void A_stuck_worker_comes_first_with_its_age_and_what_it_waits_for()
    {
        var (kind, text) = Of(new ViewHarness(SampleReports.StuckNow()));
        Assert.Equal(VerdictKind.Stuck, kind);
        Assert.Equal("worker 2 stuck 1.40 s in journal::flush — fsync /var/lib/checkout/journal.db; nobody polls I/O", text);
    }

    [Fact]
    public void Time_without_a_CPU_is_no_part_of_how_long_a_worker_is_stuck_and_is_said_apart()
    {
        var view = new ViewHarness(SampleReports.StuckNow());
        Stuck(onCpuMs: 400, runQueueMs: 1000);
        Assert.Equal((VerdictKind.Stuck, "worker 2 stuck 400 ms in journal::flush — fsync /var/lib/checkout/journal.db, and 1.00 s without a CPU; nobody polls I/O"), Of(view));
        Assert.Contains("worker 2 · 400 ms, and 1.00 s without a CPU · file-io", view.Type("2").Draw(), StringComparison.Ordinal);

        // Old, but nobody's code has held the worker.
        Stuck(onCpuMs: 3, runQueueMs: 1397);
        Assert.Equal(VerdictKind.Blocked, Of(view).Kind);
        Assert.Contains("worker 2 · 3.0 ms, and 1.40 s without a CPU · waits for a CPU", view.Draw(), StringComparison.Ordinal);

        void Stuck(long onCpuMs, long runQueueMs)
        {
            var poll = SampleReports.StuckNow().Events[^1];
            var end = poll.StartNs + poll.DurationNs;
            view.Model.Update(end, [], [new PollEvent(new PollKey(poll.Tid, 9), 991, poll.StartNs, end, onCpuMs * SampleReports.Ms, 0, runQueueMs * SampleReports.Ms, 0, InProgress: true)]);
            view.Draw();
        }
    }

    [Fact]
    public void A_muted_blocker_is_no_news()
    {
        var view = new ViewHarness(SampleReports.OneBlocker());
        Assert.Equal(VerdictKind.Blocked, Of(view).Kind);
        view.Type("m");
        var (kind, text) = Of(view);
        Assert.Equal(VerdictKind.Ok, kind);
        Assert.EndsWith("1 muted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_state_that_says_little_says_why()
    {
        Assert.Equal(VerdictKind.Idle, Of(new ViewHarness(SampleReports.Idle())).Kind);
        Assert.Equal((VerdictKind.Unsure, SampleReports.NoWorkers().Notes[0]), Of(new ViewHarness(SampleReports.NoWorkers())));
        Assert.Equal(VerdictKind.Unsure, Of(new ViewHarness(SampleReports.LostEvents())).Kind);
        Assert.Equal(VerdictKind.Starved, Of(new ViewHarness(SampleReports.Starved())).Kind);
        Assert.Equal(VerdictKind.Unsure, Of(new ViewHarness(null)).Kind);
        Assert.Equal(VerdictKind.Ok, Of(new ViewHarness(SampleReports.Empty())).Kind);
        var notReady = SampleReports.Empty() with { Notes = ["Tokio's layout is not known yet."], Workers = [.. SampleReports.Empty().Workers.Select(w => w with { OnCpuNs = 0, BlockedNs = 0, RunQueueNs = 0, IdleNs = 0 })] };
        notReady = notReady with { Session = notReady.Session with { Polls = 0 } };
        Assert.Equal((VerdictKind.Unsure, notReady.Notes[0]), Of(new ViewHarness(notReady)));
    }

    [Fact]
    public void A_saved_report_without_workers_is_not_all_well()
    {
        var view = new ViewHarness(SampleReports.NoWorkers(), live: false);
        Assert.Equal((VerdictKind.Unsure, SampleReports.NoWorkers().Notes[0]), Of(view));
        Assert.Contains("whether anything blocks cannot be said", view.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public void Blockers_that_are_over_are_said_to_be()
    {
        var report = SampleReports.OneBlocker();
        Assert.DoesNotContain("none for", Of(new ViewHarness(report)).Text, StringComparison.Ordinal);
        report = report with { Session = report.Session with { DurationNs = report.Session.DurationNs + 90 * SampleReports.Second } };
        Assert.Matches(@"\(file-io\); none for the last 9\d s$", Of(new ViewHarness(report)).Text);
        report = report with { Events = [.. report.Events, report.Events[^1] with { InProgress = true }] };
        Assert.DoesNotContain("none for", Of(new ViewHarness(report)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_below_stand_where_they_stood_however_long_the_sentence_is()
    {
        foreach (var report in (Report[])[SampleReports.Empty(), SampleReports.Many(), SampleReports.Idle(), SampleReports.Hostile()])
            Assert.StartsWith("─ 1 Blockers ", new ViewHarness(report, 200, 24).Draw().Split('\n')[3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_line_leaves_facts_out_rather_than_cutting_them()
    {
        var report = SampleReports.Many();
        report = report with { Session = report.Session with { ThresholdNs = 200 * SampleReports.Ms, WindowNs = 300 * SampleReports.Second } };
        for (var width = 60; width < 120; width++)
        {
            var view = new ViewHarness(report, width, 24);
            view.View.Paused = true;
            var first = view.Draw().Split('\n')[0];
            Assert.Contains("checkout 4100 · ", first, StringComparison.Ordinal);
            Assert.Contains("over 200 ms · last 5m 00s", first, StringComparison.Ordinal);
            Assert.DoesNotContain("…", first, StringComparison.Ordinal);
        }
        Assert.Contains(" · 2026-03-04 02:07 for 95 s ", new ViewHarness(report, 120, 24, live: false).Draw(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 0, "(7 events lost: counts and times are lower bounds)")]
    [InlineData(0, 1, "(1 stack lost: counts and times are complete, some polls lack stacks)")]
    [InlineData(1, 2, "(1 event and 2 stacks lost: counts and times are lower bounds, some polls lack stacks)")]
    public void Losses_are_added_to_whatever_is_said(long events, long stacks, string text)
    {
        var report = SampleReports.OneBlocker();
        report = report with { Session = report.Session with { Lost = new Losses(events, stacks) } };
        Assert.EndsWith(text, Of(new ViewHarness(report)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_stack_hides_no_blocker()
    {
        var report = SampleReports.Empty();
        report = report with { Session = report.Session with { Lost = new Losses(0, 1) } };
        Assert.Equal(VerdictKind.Ok, Of(new ViewHarness(report)).Kind);
    }

    [Fact]
    public void The_badge_carries_the_verdict_without_colour()
    {
        foreach (var kind in Enum.GetValues<VerdictKind>()) Assert.NotEmpty(Verdict.Badge(kind));
        Assert.Equal(Enum.GetValues<VerdictKind>().Length, Enum.GetValues<VerdictKind>().Select(Verdict.Badge).Distinct().Count());
    }

    private static (VerdictKind Kind, string Text) Of(ViewHarness view)
    {
        var text = new TextBuffer();
        var kind = Verdict.Write(text, view.Frame, view.View, Glyphs.Unicode);
        return (kind, text.Text.ToString());
    }
}
