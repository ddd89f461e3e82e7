using System.Text.RegularExpressions;
using CsCheck;
using Hud.Live.Demo;
using Hud.Live.Input;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

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
    [InlineData(40, 3)]
    [InlineData(60, 5)]
    [InlineData(80, 7)]
    [InlineData(120, 9)]
    public void The_sort_steps_through_the_columns_on_the_screen_and_its_mark_is_seen(int width, int columns)
    {
        var view = new ViewHarness(SampleReports.Many(), width, 24);
        var seen = new HashSet<BlockerColumn>();
        for (var step = 0; step < 2 * columns; step++)
        {
            view.Type("s");
            seen.Add(view.View.Blockers.Sort);
            Assert.Matches("[▲▼]", view.Draw().Split('\n')[4]);
        }
        Assert.Equal(columns, seen.Count);
    }

    [Fact]
    public void A_sort_by_a_column_that_a_smaller_screen_leaves_out_is_said()
    {
        var view = new ViewHarness(SampleReports.Many(), 120, 40);
        view.View.Blockers.SortBy(BlockerColumn.P50);
        Assert.Contains("CULPRIT by P50▼", view.Draw(80, 24), StringComparison.Ordinal);
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
    public void The_shown_stack_stays_when_ranks_change_and_opens_at_the_culprit()
    {
        var report = SampleReports.Many();
        var (blocker, width) = (report.Blockers.First(b => b.Stacks.Count == 3), 80);
        var view = new ViewHarness(report, width, 16).Type("/fsync").Press(Key.Enter, Key.Enter, Key.Right);
        var shown = blocker.Stacks[1].Frames;
        Assert.Equal(1, view.View.StackNumber);
        view.Model.Update(report with { Blockers = [.. report.Blockers.Select(b => b != blocker ? b : b with { Stacks = [b.Stacks[2], b.Stacks[0], b.Stacks[1] with { Frames = [.. shown] }] })] });
        Assert.Contains("stack 3 of 3", view.Draw(), StringComparison.Ordinal);

        // Six rows for the stack: the runtime's frames around it do not push the culprit out.
        Assert.Contains("● " + " " + blocker.Culprit.Function, view.Draw(), StringComparison.Ordinal);
        view.Type("g");
        Assert.Contains(shown[0].Function, view.Draw(), StringComparison.Ordinal);
        view.Type("Gk");
        Assert.DoesNotContain(shown[^1].Function, view.Draw(), StringComparison.Ordinal);
        view.Type("j");
        Assert.Contains(shown[^1].Function, view.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_moment_that_is_looked_at_stays_the_same_while_the_strips_move_on()
    {
        var report = SampleReports.StuckNow();
        var view = new ViewHarness(report, 120, 40).WatchWorkers(report).Type("2").Press(Key.Left, Key.Left, Key.Left);
        var (moment, column) = (view.View.Workers.CursorNs, view.View.Strips.ColumnAt(view.View.Workers.CursorNs));
        Assert.Equal(view.View.Strips.Columns - 3, column!.Value);
        view.Model.Update(view.Frame.NowNs + 4 * view.View.Strips.ColumnNs, [], []);
        view.Draw();
        Assert.Equal(moment, view.View.Workers.CursorNs);
        var moved = view.View.Strips.ColumnAt(moment)!.Value;
        Assert.InRange(moved, column.Value - 5, column.Value - 3);
        view.Press(Key.Right);
        Assert.Equal(moved + 1, view.View.Strips.ColumnAt(view.View.Workers.CursorNs));
        view.Press(Key.Escape);
        Assert.Null(view.View.Workers.CursorNs);
    }

    [Fact]
    public void A_moment_in_words_gives_all_of_its_time_and_apart_what_of_it_was_blockers()
    {
        var report = SampleReports.StuckNow();
        var view = new ViewHarness(report, 200, 50).WatchWorkers(report).Type("2").Press(Key.Down, Key.Down, Key.Left, Key.Left);
        Assert.Matches("worker 2, .* ago: asleep in a poll 100 %; the longest 1.40 s in journal::flush — fsync", view.Draw());
        view.Press(Key.Up);
        var blockers = 0;
        for (var column = 0; column < 40; column++)
        {
            if (Regex.IsMatch(view.Press(Key.Left).Draw(), @"worker 1, .* ago: parked \d+ %, polling \d+ %; of that in blockers: \w+")) blockers++;
        }
        Assert.NotEqual(0, blockers);
    }

    [Fact]
    public void Clicks_and_the_wheel_work_while_the_filter_is_typed()
    {
        var view = new ViewHarness(SampleReports.Many()).Type("/cause:");
        view.Press(new InputEvent(Key.MouseWheelDown));
        Assert.Equal(3, view.View.Blockers.SelectedRow);
        var row = view.Canvas.Targets.First(t => t.Kind == TargetKind.Row && t.Value == 1).Area;
        view.Press(new InputEvent(Key.MousePress, X: row.X + 5, Y: row.Y));
        Assert.Equal(1, view.View.Blockers.SelectedRow);
        Assert.Equal("cause:", view.View.Filter.Text);
    }

    [Fact]
    public void Pasted_text_goes_into_the_filter_and_is_no_command_elsewhere()
    {
        var view = new ViewHarness(SampleReports.Many());
        Assert.Equal(Request.None, view.Press(new InputEvent(Key.Pasted, 'q')));
        view.Type("/journ");
        view.Press(new InputEvent(Key.Pasted, 'a'));
        view.Press(new InputEvent(Key.Pasted, 'l'));
        Assert.Equal("journal", view.View.Filter.Text);
        Assert.Single(view.View.Blockers.Rows);
    }

    [Fact]
    public void What_is_copied_holds_no_control_character_and_no_line_end_of_the_targets()
    {
        var view = new ViewHarness(SampleReports.Hostile());
        foreach (var _ in view.View.Blockers.Rows)
        {
            var text = Clipboard.Text(view.View, view.Frame)!;
            Assert.All(text, c => Assert.True(c == '\n' || !char.IsControl(c) && c is not ('\u202e' or '\u2066'), $"U+{(int)c:x4} in {text}"));
            Assert.Equal(3 + view.View.Blockers.Selected!.Stacks.Take(1).Sum(s => s.Frames.Count), text.Count(c => c == '\n'));
            view.Type("j");
        }
    }

    [Fact]
    public void A_long_message_is_shown_to_its_end()
    {
        var view = new ViewHarness(SampleReports.Many());
        view.View.Message = $"export failed: cannot write {string.Join('/', Enumerable.Repeat("directory", 12))}/report.json: no space left on the device";
        Assert.Matches(@"no\s+space\s+left\s+on\s+the\s+device", view.Draw());
        Assert.DoesNotContain("no space left", view.Type("j").Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public void Screen_of_futures_is_there_where_polls_are_timed()
    {
        var sampled = new ViewHarness(SampleReports.Many(), 120, 40).Type("5");
        Assert.Equal(ScreenKind.Blockers, sampled.View.Screen);
        Assert.Contains("start hud with --tracker exact", sampled.Draw(), StringComparison.Ordinal);
        Assert.DoesNotContain("5 Futures", sampled.Draw(), StringComparison.Ordinal);
        Assert.Equal(ScreenKind.Status, sampled.Press(Key.BackTab).View.Screen);

        var exact = new ViewHarness(SampleReports.Exact(), 120, 40);
        Assert.Equal(ScreenKind.Futures, exact.Press(Key.BackTab).View.Screen);
        Assert.Equal(ScreenKind.Blockers, exact.Press(Key.Tab).View.Screen);
        var futures = SampleReports.Exact().Futures;
        var small = new ViewHarness(SampleReports.Exact() with { Futures = [.. Enumerable.Repeat(futures[0], 30), futures[2]] }, 80, 24).Type("5");
        Assert.DoesNotContain("polled by", small.Draw(), StringComparison.Ordinal);
        Assert.Contains("polled by", small.Press(Key.End).Draw(), StringComparison.Ordinal);
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
    public void A_stall_without_a_stack_says_that_there_is_nothing_to_open()
    {
        var report = SampleReports.OneBlocker();
        var view = new ViewHarness(report with { Events = [report.Events[0] with { Blocker = null }] }).Type("3").Press(Key.Enter);
        Assert.Null(view.View.DetailId);
        Assert.Contains("there is nothing to open", view.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_that_took_turns_to_be_one_worker_share_a_row_of_the_distribution()
    {
        var report = SampleReports.OneBlocker();
        report = report with { Workers = [.. report.Workers.Select(w => w with { Index = 0 })] };
        var view = new ViewHarness(report, 120, 40).Press(Key.Enter, Key.Tab);
        var share = Assert.Single(view.View.WorkerShares);
        Assert.Equal((report.Blockers[0].Count, report.Blockers[0].TotalNs), (share.Count, share.Ns));
        Assert.Single(Regex.Matches(view.Draw(), @"worker 0 +\d+x"));
    }

    [Fact]
    public void What_is_stuck_shows_its_culprit_however_deep_it_called()
    {
        var report = SampleReports.StuckNow();
        var cpu = report.Blockers.First(b => b.Cause == "cpu");
        var view = new ViewHarness(report with { Events = [.. report.Events.SkipLast(1), report.Events[^1] with { Blocker = cpu.Id }] }, 120, 40).Type("2");
        var lines = view.Draw().Split('\n');
        var head = Array.FindIndex(lines, line => line.Contains("worker 2 · 1.40 s", StringComparison.Ordinal));
        Assert.Contains("cpu · pdf::render → ", lines[head], StringComparison.Ordinal);
        Assert.Contains("flate2::zio::Writer<W,D>::write_all", lines[head + 1], StringComparison.Ordinal);
        Assert.Contains("● checkout::invoice::pdf::render", lines[head + 2], StringComparison.Ordinal);
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
        // It began at the culprit, in the third row.
        Assert.Equal(4, view.View.Flame.Zoom!.Depth);
        view.Press(Key.Escape);
        Assert.NotNull(view.View.DetailId);
        view.Press(Key.Escape);
        Assert.Null(view.View.DetailId);
    }

    [Fact]
    public void Clicks_select_open_sort_and_switch()
    {
        var view = new ViewHarness(SampleReports.Many(), 120, 40);
        Click("resolve");
        Assert.Equal("checkout::upstream::resolve", view.View.Blockers.Selected!.Culprit.Function);
        Click("resolve");
        Assert.NotNull(view.View.DetailId);
        view.Press(Key.Escape);
        Click("COUNT");
        Assert.Equal(BlockerColumn.Count, view.View.Blockers.Sort);
        Click("2 Workers");
        Assert.Equal(ScreenKind.Workers, view.View.Screen);
        Click("1 Blockers");
        view.Press(Key.Enter);
        Click("Flame graph");
        Assert.Equal(DetailPane.Flame, view.View.Pane);
        // It begins at the culprit; a row further down, at the left, is the widest of what that called.
        var culprit = view.View.Flame.Selected!;
        Assert.Equal(view.View.Blockers.Selected!.Culprit.Function, culprit.Name);
        var below = new InputEvent(Key.MousePress, X: 4, Y: Array.FindIndex(view.Draw().Split('\n'), line => line.Contains("Flame graph", StringComparison.Ordinal)) + 1 + culprit.Depth);
        view.Press(below);
        Assert.Equal(culprit.Children[0], view.View.Flame.Selected);
        view.Press(below);
        Assert.Equal(culprit.Children[0], view.View.Flame.Zoom);

        void Click(string text)
        {
            var lines = view.Draw().Split('\n');
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
        }).Concat([new InputEvent(Key.PageDown), new InputEvent(Key.End), new InputEvent(Key.Left), new InputEvent(Key.Right), new InputEvent(Key.BackTab), new InputEvent(Key.MouseWheelDown), new InputEvent(Key.MousePress, X: 30, Y: 12), new InputEvent(Key.Pasted, 'x')]).ToArray();
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
