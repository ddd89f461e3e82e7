using CsCheck;
using Hud.Live.Demo;
using Hud.Live.Input;
using Hud.Live.State;
using Hud.Live.Terminal;

namespace Hud.Live.Tests.Input;

public sealed class KeyTests
{
    [Fact]
    public void The_selection_stays_on_its_item_when_ranks_change()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("jj");
        var selected = view.View.Blockers.Selected!.Id;
        var report = SampleReports.Many();
        view.Model.Update(report with { Blockers = [.. report.Blockers.Select(b => b.Id == selected ? b with { TotalNs = long.MaxValue / 4 } : b)] });
        view.Draw();
        Assert.Equal(selected, view.View.Blockers.Selected!.Id);
        Assert.Equal(0, view.View.Blockers.SelectedRow);
    }

    [Fact]
    public void When_the_selected_item_leaves_the_window_its_neighbour_is_selected()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("jj");
        var report = SampleReports.Many();
        var next = report.Blockers[3].Id;
        view.Model.Update(report with { Blockers = [.. report.Blockers.Where((_, i) => i != 2)] });
        view.Draw();
        Assert.Equal(next, view.View.Blockers.Selected!.Id);
    }

    [Fact]
    public void Every_column_sorts_both_ways()
    {
        var view = new ViewHarness(SampleReports.Many());
        for (var column = BlockerColumn.Culprit; column <= BlockerColumn.Share; column++)
        {
            view.View.Blockers.SortBy(column);
            view.Draw();
            var once = view.View.Blockers.Rows.Select(b => b.Id).ToList();
            view.Type("i");
            Assert.Equal(Enumerable.Reverse(once), view.View.Blockers.Rows.Select(b => b.Id));
            if (view.View.Blockers.Inverted) view.Type("i");
        }
        view.View.Blockers.SortBy(BlockerColumn.Max);
        view.Draw();
        Assert.Equal(view.View.Blockers.Rows.Max(b => b.MaxNs), view.View.Blockers.Rows[0].MaxNs);
    }

    [Theory]
    [InlineData("journal", 1)]
    [InlineData("JOURNAL fsync", 1)]
    [InlineData("cause:lock", 1)]
    [InlineData("crate:checkout", 10)]
    [InlineData("crate:sqlx", 0)]
    [InlineData("miniz", 1)]
    [InlineData("worker:9", 0)]
    [InlineData("worker:1 cause:io", 2)]
    public void The_filter_narrows_while_it_is_typed(string filter, int rows)
    {
        var view = new ViewHarness(SampleReports.Many()).Type("/" + filter);
        Assert.Equal(rows, view.View.Blockers.Rows.Count);
        view.Press(Key.Enter).Type("q");
        Assert.Equal(rows, view.View.Blockers.Rows.Count);
        view.Press(Key.Escape);
        Assert.Equal(10, view.View.Blockers.Rows.Count);
    }

    [Fact]
    public void Escape_while_typing_clears_the_filter_and_backspace_takes_a_character()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("/xé🦀🦀");
        view.Press(Key.Backspace);
        Assert.Equal("xé🦀", view.View.Filter.Text);
        view.Press(Key.Backspace, Key.Backspace);
        Assert.Equal("x", view.View.Filter.Text);
        view.Press(Key.Escape);
        Assert.True(view.View.Filter.IsEmpty);
        Assert.False(view.View.EditsFilter);
    }

    [Fact]
    public void Events_follow_the_newest_until_one_is_selected()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("3");
        Assert.True(view.View.Events.Follows);
        view.Type("j");
        var selected = view.View.Events.Selected!;
        var report = SampleReports.Many();
        view.Model.Update(report with { Events = [.. report.Events, report.Events[^1] with { StartNs = report.Events[^1].StartNs + 1 }] });
        view.Draw();
        Assert.Equal(selected.StartNs, view.View.Events.Selected!.StartNs);
        Assert.Equal(2, view.View.Events.SelectedRow);
        view.Type("g");
        Assert.True(view.View.Events.Follows);
    }

    [Fact]
    public void Enter_opens_and_escape_goes_back_to_where_it_was_opened()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("3j").Press(Key.Enter);
        Assert.NotNull(view.View.DetailId);
        view.Press(Key.Escape);
        Assert.Null(view.View.DetailId);
        Assert.Equal(ScreenKind.Events, view.View.Screen);
    }

    [Fact]
    public void Mute_marks_what_is_open_not_what_is_selected_in_another_list()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("3jj").Press(Key.Enter);
        var open = view.View.DetailId!;
        Assert.NotEqual(open, view.View.Blockers.SelectedId);
        view.Type("m");
        Assert.True(view.View.Blockers.IsMuted(open));
        Assert.Equal(1, view.View.Blockers.MutedCount);
        view.Type("4m");
        Assert.Equal("no blocker is selected here", view.View.Message);
    }

    [Fact]
    public void A_share_is_of_the_workers_and_not_of_the_threads_that_took_turns_to_be_them()
    {
        var report = SampleReports.Many();
        var alone = new ViewHarness(report).Frame.Index.WorkerTimeNs;
        var turns = report with { Workers = [.. report.Workers, report.Workers[0] with { Tid = 77 }] };
        var view = new ViewHarness(turns);
        Assert.Equal(alone, view.Frame.Index.WorkerTimeNs);
        Assert.Contains("4, which 5 threads took turns to be", view.Type("4").Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_scrolls_to_its_last_line_and_no_further()
    {
        var view = new ViewHarness(SampleReports.NoSymbols(), 80, 16).Type("4");
        Assert.DoesNotContain("Most functions have no names", view.Draw(), StringComparison.Ordinal);
        view.Type("G");
        var last = view.Draw();
        Assert.Contains("Most functions have no names", last, StringComparison.Ordinal);
        Assert.Equal(last, view.Type("jjj").Draw());
        Assert.NotEqual(last, view.Type("k").Draw());
    }

    [Fact]
    public void The_flame_graph_zooms_in_and_escape_zooms_out_first()
    {
        var view = new ViewHarness(SampleReports.Many()).Press(Key.Enter, Key.Tab, Key.Tab, Key.Right, Key.Down, Key.Enter);
        Assert.NotEqual(view.View.Flame.Root, view.View.Flame.Zoom);
        view.Model.Update(SampleReports.Many());
        view.Draw();
        Assert.Equal(2, view.View.Flame.Zoom!.Depth);
        view.Press(Key.Escape);
        Assert.NotNull(view.View.DetailId);
        view.Press(Key.Escape);
        Assert.Null(view.View.DetailId);
    }

    [Fact]
    public void Clicks_select_open_sort_and_switch()
    {
        var view = new ViewHarness(SampleReports.Many(), 120, 40);
        var lines = view.Draw().Split('\n');
        Click("resolve");
        Assert.Equal("checkout::upstream::resolve", view.View.Blockers.Selected!.Culprit.Function);
        Click("resolve");
        Assert.NotNull(view.View.DetailId);
        view.Press(Key.Escape);
        Click("COUNT");
        Assert.Equal(BlockerColumn.Count, view.View.Blockers.Sort);
        Click("2 Workers");
        Assert.Equal(ScreenKind.Workers, view.View.Screen);

        void Click(string text)
        {
            var y = Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal));
            view.Press(new InputEvent(Key.MousePress, X: lines[y].IndexOf(text, StringComparison.Ordinal), Y: y));
        }
    }

    [Fact]
    public void Requests_reach_the_outside_from_every_screen()
    {
        (char Key, Request Request)[] keys =
            [('q', Request.Quit), (' ', Request.TogglePause), ('+', Request.RaiseThreshold), ('-', Request.LowerThreshold), ('w', Request.NextWindow), ('r', Request.Reset), ('e', Request.Export), ('y', Request.Copy)];
        foreach (var screen in "1234")
        {
            var view = new ViewHarness(SampleReports.Many()).Type(screen.ToString());
            foreach (var (key, request) in keys) Assert.Equal(request, view.Press(InputEvent.Of(key)));
        }
        var typing = new ViewHarness(SampleReports.Many()).Type("/");
        Assert.Equal(Request.None, typing.Press(InputEvent.Of('q')));
        Assert.Equal(Request.Interrupt, typing.Press(InputEvent.Control('c')));
        Assert.Equal(Request.Suspend, typing.Press(InputEvent.Control('z')));
    }

    [Theory]
    [InlineData(5_000_000, 1, 10_000_000)]
    [InlineData(5_000_000, -1, 2_000_000)]
    [InlineData(7_000_000, 1, 10_000_000)]
    [InlineData(7_000_000, -1, 5_000_000)]
    [InlineData(100_000, -1, 100_000)]
    [InlineData(60_000_000_000, 1, 60_000_000_000)]
    public void Thresholds_step(long from, int direction, long to) => Assert.Equal(to, Steps.Threshold(from, direction));

    [Fact]
    public void Windows_go_round()
    {
        List<long?> seen = [null];
        do seen.Add(Steps.Window(seen[^1])); while (seen[^1] is not null);
        Assert.Equal([null, 10, 30, 60, 300, 900, null], seen.Select(ns => ns / 1_000_000_000));
    }

    [Fact]
    public void No_series_of_keys_and_sizes_breaks_a_screen()
    {
        var keys = "qjkgGhlsSimM/w+- 1234?e\t\r\e\u007f".Select(c => c switch
        {
            '\t' => new InputEvent(Key.Tab), '\r' => new InputEvent(Key.Enter), '\e' => new InputEvent(Key.Escape), '\u007f' => new InputEvent(Key.Backspace), _ => InputEvent.Of(c),
        }).Concat([new InputEvent(Key.PageDown), new InputEvent(Key.End), new InputEvent(Key.Left), new InputEvent(Key.Right), new InputEvent(Key.BackTab), new InputEvent(Key.MouseWheelDown)]).ToArray();
        var reports = new[] { SampleReports.Many(), SampleReports.StuckNow(), SampleReports.Hostile(), SampleReports.NoWorkers(), SampleReports.NoSymbols(), SampleReports.Starved() };
        Gen.Select(Gen.Int[0, keys.Length - 1].Array[1, 40], Gen.Int[0, reports.Length - 1], Gen.Int[0, 140], Gen.Int[0, 45]).Sample((series, report, width, height) =>
        {
            var view = new ViewHarness(reports[report], width, height);
            foreach (var key in series) view.Press(keys[key]);
            view.Model.Update(reports[(report + 1) % reports.Length]);
            view.Press(new InputEvent(Key.MousePress, X: width / 2, Y: height / 2));
            view.Draw(height * 3, width);
        }, iter: 300);
    }
}
