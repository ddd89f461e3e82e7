using Hud.Analysis.Model;
using Hud.Analysis.Session;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;

namespace Hud.Analysis.Tests;

public sealed class SessionTests
{
    private const string Sleep = "clock_nanosleep@k ; clock_nanosleep@c ; std::thread::sleep@s ; app::nap@u:10 ; app::handler::{closure}@u:20 ; tokio::runtime::task::raw::poll@t ; main@u";

    [Fact]
    public void A_poll_that_sleeps_is_a_blocker_with_culprit_call_and_task()
    {
        var report = new Script().Run($"""
            asleep 100/1 12 clock_nanosleep | {Sleep}
            poll 100/1 0 12.5 cpu=0.5 asleep=12 task=7
            """).At();

        var blocker = Assert.Single(report.Blockers);
        Assert.Equal(Causes.Sleep, blocker.Cause);
        Assert.Equal("app::nap", blocker.Culprit.Function);
        Assert.Equal("std::thread::sleep", blocker.Call?.Function);
        Assert.Equal("app::handler::{closure}", blocker.Task.Type);
        Assert.Equal((1, 12_500_000, 12_500_000, 12_500_000), (blocker.Count, blocker.TotalNs, blocker.MaxNs, blocker.P99Ns));
        Assert.Equal([100], blocker.Workers);
        Assert.Equal(12_500_000, blocker.Stacks.Sum(s => s.Ns));
        var poll = Assert.Single(report.Events);
        Assert.Equal((blocker.Id, 7ul, false), (poll.Blocker, poll.TaskId, poll.Starved));
        Assert.Equal(1, report.Workers.Single(w => w.Tid == 100).Blockers);
    }

    [Fact]
    public void A_wait_that_may_be_no_polls_counts_where_its_stack_shows_a_poll()
    {
        const string Worker = "tokio::runtime::scheduler::multi_thread::worker::Context";

        var report = new Script().Run($"""
            asleep 100/1 12 futex | syscall@c ; std::sync::mpsc::Receiver::recv@s ; app::ask@u ; tokio::runtime::task::raw::poll@t ; {Worker}::run_task@t
            poll 100/1 0 12 asleep=12 unproven
            asleep 100/2 20 futex | syscall@c ; std::sync::Condvar::wait@s ; {Worker}::run@t ; tokio::runtime::task::raw::poll@t
            poll 100/2 20 40 asleep=20 unproven
            asleep 101/1 30 futex | syscall@c ; 0x1234@u
            poll 101/1 0 30 asleep=30 unproven
            poll 101/2 40 70 asleep=30 unproven
            """).At();

        Assert.Equal("app::ask", Assert.Single(report.Blockers).Culprit.Function);
        Assert.Single(report.Events);
    }

    [Fact]
    public void The_longest_poll_is_no_wait_that_counts_for_nothing()
    {
        var report = new Script().Run("""
            asleep 100/1 1000 futex | syscall@c ; 0x1234@u
            poll 100/1 0 1000 asleep=1000 unproven
            asleep 100/2 3 futex | syscall@c ; 0x1234@u
            poll 100/2 1000 1003 asleep=3 unproven
            asleep 100/3 20 clock_nanosleep | clock_nanosleep@c ; std::thread::sleep@s ; app::copy@u ; tokio::task::blocking::block_in_place@t ; tokio::runtime::task::raw::poll@t
            poll 100/3 1003 1023 asleep=20
            poll 100/4 1023 1025 cpu=2
            """).At();

        Assert.Empty(report.Blockers);
        Assert.Equal(2_000_000, report.Session.LongestPollNs);
        Assert.Contains("No poll reached the threshold of 5 ms; the longest took 2.00 ms.", report.Notes);
    }

    /// <summary>A program that does all its work in the root future is busy and has no worker.</summary>
    [Theory]
    [InlineData("exact", "nothing but the future of a block_on")]
    [InlineData("scheduler", "No Tokio worker was seen at work")]
    public void Without_workers_idleness_is_one_reason_of_several(string tracker, string expected)
    {
        var report = new Script().Run("").Snapshot(Sessions.Facts() with { Tracker = tracker, Workers = [] });
        Assert.Contains(report.Notes, n => n.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Sleep_of_which_every_stack_was_lost_is_not_taken_for_computing()
    {
        var report = new Script().Run("poll 100/1 0 12 cpu=2 asleep=10").At();
        Assert.Equal(Causes.Other, Assert.Single(report.Blockers).Cause);
    }

    [Fact]
    public void A_poll_over_the_threshold_only_by_waiting_for_a_cpu_is_starved_not_a_blocker()
    {
        var report = new Script().Run("""
            cpu 100/1 - | app::spin@u ; tokio::runtime::task::raw::poll@t
            runqueue 100/1 8 | app::spin@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 10 cpu=2 rq=8
            """).At();

        Assert.Empty(report.Blockers);
        var starved = Assert.Single(report.Starved);
        Assert.Equal((Causes.CpuStarved, 10_000_000, 8_000_000), (starved.Cause, starved.TotalNs, starved.RunQueueNs));
        Assert.Equal(10_000_000, starved.Stacks.Sum(s => s.Ns));
        Assert.True(Assert.Single(report.Events).Starved);
        Assert.Contains(report.Notes, n => n.Contains("waited 8.00 ms for a CPU", StringComparison.Ordinal));
    }

    [Fact]
    public void A_poll_that_waited_for_a_CPU_in_passing_is_not_put_down_to_the_host()
    {
        var report = new Script().Run("""
            asleep 100/1 4.9 msgrcv | do_msgrcv@k ; msgrcv@c ; app::msgrcv::{closure}@u ; tokio::runtime::task::raw::poll@t
            runqueue 100/1 0.1 | app::msgrcv::{closure}@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 5.05 cpu=0.05 asleep=4.9 rq=0.1
            """).At();

        var starved = Assert.Single(report.Starved);
        Assert.Equal("Most of the time is the poll's own: the threshold was reached only together with 100 µs in the run queue. With a lower threshold this is a blocker, with its cause.", starved.Advice);
        Assert.Contains(report.Notes, n => n.Contains("only together with the 100 µs", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Notes, n => n.Contains("not to blame", StringComparison.Ordinal));
    }

    [Fact]
    public void A_starved_group_says_who_ran_instead()
    {
        var report = new Script().Run("""
            runqueue 100/1 6 :stress-ng (pid 9) | app::spin@u ; tokio::runtime::task::raw::poll@t
            runqueue 100/1 2 :make (pid 8) | app::spin@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 9 cpu=1 rq=8
            runqueue 100/2 2 :make (pid 8) | app::spin@u ; tokio::runtime::task::raw::poll@t
            poll 100/2 20 23 cpu=1 rq=2
            runqueue 100/3 4 :make (pid 8) | app::spin@u ; tokio::runtime::task::raw::poll@t
            poll 100/3 30 36 cpu=2 rq=4
            """).At();

        Assert.Equal("ran instead: stress-ng (pid 9) 60 %, make (pid 8) 40 %", Assert.Single(report.Starved).Detail);
    }

    [Fact]
    public void A_poll_that_the_hypervisor_kept_from_running_says_so()
    {
        var report = new Script().Run("""
            runqueue 100/1 2 :make (pid 8) | app::spin@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 12 cpu=2 rq=10 stolen=8
            """).At();

        var starved = Assert.Single(report.Starved);
        Assert.Equal("ran instead: the hypervisor 100 %", starved.Detail);
        Assert.Contains("steal", starved.Advice);
    }

    [Fact]
    public void Minor_faults_of_a_poll_that_waits_for_pages_belong_to_the_wait()
    {
        const string Touch = "handle_mm_fault@k ; exc_page_fault@k ; app::touch@u ; tokio::runtime::task::raw::poll@t";
        const string Minor = $"cpu 100/1 - | filemap_map_pages@k ; do_fault@k ; {Touch}";

        var waits = new Script().Run($"""
            asleep 100/1 4 - | io_schedule@k ; filemap_fault@k ; {Touch}
            {Minor}
            cpu 100/1 - | app::sum@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 10 cpu=6 asleep=4
            """).At();
        var blocker = Assert.Single(waits.Blockers);
        Assert.Equal((Causes.PageFault, "page fault: mapped file"), (blocker.Cause, blocker.Detail));
        Assert.Equal([new CauseShare(Causes.PageFault, 7_000_000), new CauseShare(Causes.Cpu, 3_000_000)], blocker.CauseShares);

        var runs = new Script().Run($"{Minor}\npoll 100/1 0 10 cpu=10").At();
        Assert.Equal(Causes.Cpu, Assert.Single(runs.Blockers).Cause);
    }

    [Fact]
    public void A_poll_that_was_seen_to_start_a_child_waits_for_it_in_a_pipe()
    {
        var report = new Script().Run("""
            asleep 100/1 8 read(18) Fifo | anon_pipe_read@k ; read@c ; 0x37b310@u
            poll 100/1 0 8.1 cpu=0.1 asleep=8 child
            asleep 100/2 8 read(18) Fifo | anon_pipe_read@k ; read@c ; 0x37b310@u
            poll 100/2 10 18.1 cpu=0.1 asleep=8
            """).At();

        Assert.Equal([Causes.Pipe, Causes.Process], report.Blockers.Select(b => b.Cause).Order());
    }

    [Fact]
    public void Waiting_for_a_pipe_in_a_poll_that_starts_a_child_is_waiting_for_the_child()
    {
        const string Read = "pipe_read@k ; read@c ; app::run@u ; tokio::runtime::task::raw::poll@t";
        var report = new Script().Run($"""
            asleep 100/1 1 wait4 | do_wait@k ; waitpid@c ; std::process::Child::wait@s ; app::run@u ; tokio::runtime::task::raw::poll@t
            asleep 100/1 9 read(5) Fifo | {Read}
            poll 100/1 0 10 asleep=10
            asleep 100/2 9 read(5) Fifo | {Read}
            poll 100/2 20 29 asleep=9
            """).At();

        Assert.Equal([Causes.Process, Causes.Pipe], report.Blockers.Select(b => b.Cause));
    }

    [Fact]
    public void Who_ran_instead_is_no_detail_of_a_blocker()
    {
        var report = new Script().Run("""
            runqueue 100/1 6 :stress-ng (pid 9) | app::spin@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 16 cpu=10 rq=6
            """).At();

        Assert.Null(Assert.Single(report.Blockers).Detail);
    }

    [Fact]
    public void A_poll_under_the_threshold_is_not_reported_and_its_stacks_are_never_named()
    {
        var script = new Script();
        var report = script.Run($"""
            asleep 100/1 3 clock_nanosleep | {Sleep}
            poll 100/1 0 4.9 cpu=1.9 asleep=3
            """).At();

        Assert.Empty(report.Blockers);
        Assert.Empty(report.Events);
        Assert.Equal(0, script.NamedCount);
        Assert.Equal(4_900_000, report.Session.LongestPollNs);
    }

    [Fact]
    public void A_poll_in_progress_shows_while_it_lasts_and_is_replaced_by_its_end()
    {
        var script = new Script();
        var analysis = script.Run("""
            snapshot 100/1 fsync(7) Regular :/data/x.db | schedule@k ; io_schedule@k ; fsync@c ; std::fs::File::sync_all@s ; app::flush@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 1000 1400 cpu=1 asleep=399 running
            """);

        var running = analysis.At(1_400);
        Assert.True(Assert.Single(running.Events).InProgress);
        Assert.Equal((Causes.FileIo, "app::flush", "fsync /data/x.db"), (running.Blockers[0].Cause, running.Blockers[0].Culprit.Function, running.Blockers[0].Detail));

        script.Play(analysis, """
            asleep 100/1 900 fsync(7) Regular :/data/x.db | schedule@k ; fsync@c ; std::fs::File::sync_all@s ; app::flush@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 1000 1901 cpu=1 asleep=900
            """);
        var ended = analysis.At(2_000);
        Assert.False(Assert.Single(ended.Events).InProgress);
        Assert.Equal((1, 901_000_000), (ended.Blockers[0].Count, ended.Blockers[0].TotalNs));
    }

    [Fact]
    public void A_poll_in_progress_whose_end_was_lost_is_kept_as_last_seen()
    {
        var script = new Script();
        var analysis = script.Run("""
            poll 100/1 0 50 cpu=50 running
            """);
        analysis.OnInProgress([]);
        analysis.OnInProgress([]);

        var poll = Assert.Single(analysis.At().Events);
        Assert.Equal((false, 50_000_000), (poll.InProgress, poll.DurationNs));
    }

    [Fact]
    public void A_poll_that_ends_between_its_events_and_the_look_at_those_in_progress_is_told_once()
    {
        var script = new Script();
        var analysis = script.Run("""
            poll 100/1 0 50 cpu=50 running
            """);
        analysis.OnInProgress([]);
        script.Play(analysis, """
            poll 100/1 0 60 cpu=60
            """);
        analysis.OnInProgress([]);

        var poll = Assert.Single(analysis.At().Events);
        Assert.Equal((false, 60_000_000), (poll.InProgress, poll.DurationNs));
    }

    [Fact]
    public void What_turns_out_to_be_no_poll_is_forgotten()
    {
        var analysis = new Script().Run("""
            poll 100/1 0 50 cpu=50 running
            """);
        Assert.Single(analysis.At().Events);

        analysis.OnPollWithdrawn(new PollKey(100, 1));
        analysis.OnInProgress([]);
        analysis.OnInProgress([]);
        Assert.Empty(analysis.At().Events);
    }

    [Fact]
    public void A_poll_without_any_stack_is_still_a_blocker()
    {
        var blocker = Assert.Single(new Script().Run("poll 100/1 0 9 cpu=9").At().Blockers);

        Assert.Equal(Causes.Cpu, blocker.Cause);
        Assert.Equal("[no stack recorded]", blocker.Culprit.Function);
        Assert.Equal(9_000_000, Assert.Single(blocker.Stacks).Ns);
    }

    [Fact]
    public void The_same_culprit_call_and_cause_are_one_blocker_whatever_the_lines()
    {
        var report = new Script().Run($"""
            asleep 100/1 10 clock_nanosleep | {Sleep}
            poll 100/1 0 10 asleep=10
            asleep 101/1 20 clock_nanosleep | {Sleep.Replace(":10", ":11", StringComparison.Ordinal)}
            poll 101/1 5 25 asleep=20
            """).At();

        var blocker = Assert.Single(report.Blockers);
        Assert.Equal((2, 30_000_000, 20_000_000, 10_000_000), (blocker.Count, blocker.TotalNs, blocker.MaxNs, blocker.P50Ns));
        Assert.Equal(2, blocker.Stacks.Count);
        Assert.Equal([100, 101], blocker.Workers);
        Assert.Equal([new WorkerShare(101, 1, 20_000_000), new WorkerShare(100, 1, 10_000_000)], blocker.WorkerShares);
    }

    [Fact]
    public void Raising_the_threshold_hides_polls_and_lowering_it_brings_them_back()
    {
        var analysis = new Script().Run($"""
            asleep 100/1 8 clock_nanosleep | {Sleep}
            poll 100/1 0 8 asleep=8
            asleep 100/2 30 clock_nanosleep | {Sleep}
            poll 100/2 10 40 asleep=30
            """);

        Assert.Equal(2, analysis.At().Blockers[0].Count);
        analysis.ThresholdNs = 20_000_000;
        Assert.Equal((1, 30_000_000), (analysis.At().Blockers[0].Count, analysis.At().Blockers[0].TotalNs));
        Assert.Single(analysis.At().Events);
        analysis.ThresholdNs = 5_000_000;
        Assert.Equal(38_000_000, analysis.At().Blockers[0].TotalNs);
    }

    [Fact]
    public void The_window_drops_what_ended_before_it_and_can_be_taken_away()
    {
        var analysis = new Script().Run($"""
            asleep 100/1 8 clock_nanosleep | {Sleep}
            poll 100/1 1000 1008 asleep=8
            asleep 100/2 9 clock_nanosleep | {Sleep}
            poll 100/2 9000 9009 asleep=9
            """);

        analysis.WindowNs = 2_000_000_000;
        Assert.Equal((1, 9_000_000), (analysis.At().Blockers[0].Count, analysis.At().Blockers[0].TotalNs));
        Assert.Single(analysis.At().Events);
        Assert.Empty(analysis.At(20_000).Blockers);
        analysis.WindowNs = null;
        Assert.Equal(17_000_000, analysis.At(20_000).Blockers[0].TotalNs);
    }

    [Fact]
    public void Reset_forgets()
    {
        var analysis = new Script().Run($"""
            asleep 100/1 8 clock_nanosleep | {Sleep}
            poll 100/1 0 8 asleep=8
            """);
        analysis.Reset();

        Assert.Empty(analysis.At().Blockers);
        Assert.Empty(analysis.At().Events);
    }

    [Fact]
    public void Poll_from_before_the_session_counts_from_its_start()
    {
        var script = new Script();
        var analysis = script.Analysis();
        analysis.Reset(4_000_000);
        script.Play(analysis, $"""
            asleep 100/1 20 clock_nanosleep | {Sleep}
            poll 100/1 0 24 asleep=20
            asleep 101/1 3 clock_nanosleep | {Sleep}
            poll 101/1 0 8 asleep=8
            """);

        var poll = Assert.Single(analysis.At().Events);
        Assert.Equal((4_000_000, 20_000_000), (poll.StartNs, poll.DurationNs));
        Assert.Equal(20_000_000L * 20 / 24, poll.BlockedNs);
        Assert.Equal(poll.DurationNs, poll.OnCpuNs + poll.BlockedNs + poll.RunQueueNs);
    }

    [Fact]
    public void Futures_have_names_and_percentiles()
    {
        var polls = new long[24];
        (polls[3], polls[10], polls[14]) = (90, 9, 1);
        var none = new TimeStatistics(0, 0, 0, new long[24]);
        var script = new Script { Functions = { [0x10] = "tokio::runtime::task::raw::poll::<app::serve, alloc::sync::Arc<Handle>>" } };
        var facts = Sessions.Facts() with
        {
            Tracker = "exact",
            Futures =
            [
                new FutureStatistics(1, null, 0x20, new TimeStatistics(1, 1_000, 1_000, [0, 1]), null),
                new FutureStatistics(0, null, 0x10, new TimeStatistics(100, 9_000_000, 9_500_000, polls), none),
            ],
        };

        var futures = script.Analysis().Snapshot(facts).Futures;

        Assert.Equal(["app::serve", null], futures.Select(f => f.Type));
        Assert.Equal(["0x10", "0x20"], futures.Select(f => f.PollFunction));
        Assert.Equal((8_000, 1_024_000, 9_500_000), (futures[0].PollTime.P50Ns, futures[0].PollTime.P99Ns, futures[0].PollTime.MaxNs));
        Assert.Equal((0, 0), (futures[0].ScheduleDelay!.P99Ns, futures[0].ScheduleDelay!.Count));
        Assert.Null(futures[1].ScheduleDelay);
        Assert.Equal(1_000, futures[1].PollTime.P99Ns);
    }

    [Fact]
    public void A_future_is_named_by_its_polls_where_they_agree()
    {
        var names = new SeenFutures();
        foreach (var (future, name) in new[] { (0, "app::serve"), (0, "app::serve"), (1, "app::read"), (1, "app::write"), (1, "app::read") })
            names.Add(future, name);

        Assert.Equal(["app::serve", null, null], new[] { 0, 1, 2 }.Select(names.Of));
    }

    [Fact]
    public void Events_beyond_the_cap_are_left_out_and_said_but_stay_in_the_sums()
    {
        var script = new Script();
        var analysis = script.Analysis(new AnalysisOptions { MaxEvents = 3 });
        for (var i = 1; i <= 10; i++)
        {
            script.Play(analysis, $"""
                asleep 100/{i} 10 clock_nanosleep | {Sleep}
                poll 100/{i} {i * 100} {i * 100 + 10} asleep=10
                """);
        }
        var report = analysis.At();

        Assert.Equal(3, report.Events.Count);
        Assert.Equal(7, report.Session.EventsLeftOut);
        Assert.Equal((10, 100_000_000), (report.Blockers[0].Count, report.Blockers[0].TotalNs));
        Assert.Contains(report.Notes, n => n.StartsWith("7 older polls left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cut_stack_joins_the_blocker_whose_stack_it_begins()
    {
        var analysis = new Script().Run($"""
            asleep 100/1 10 clock_nanosleep | clock_nanosleep@k ; clock_nanosleep@c ; std::thread::sleep@s ; CUT
            poll 100/1 0 10 asleep=10
            """);
        Assert.True(Assert.Single(analysis.At().Blockers).CutOff);

        var script = new Script();
        analysis = script.Run($"""
            asleep 100/1 10 clock_nanosleep | clock_nanosleep@k ; clock_nanosleep@c ; std::thread::sleep@s ; CUT
            poll 100/1 0 10 asleep=10
            """);
        _ = analysis.At();
        script.Play(analysis, $"""
            asleep 100/2 20 clock_nanosleep | {Sleep}
            poll 100/2 20 40 asleep=20
            asleep 100/3 30 clock_nanosleep | clock_nanosleep@k ; clock_nanosleep@c ; std::thread::sleep@s ; CUT
            poll 100/3 50 80 asleep=30
            """);

        var report = analysis.At();
        var blocker = Assert.Single(report.Blockers);
        Assert.Equal(("app::nap", 3, 60_000_000), (blocker.Culprit.Function, blocker.Count, blocker.TotalNs));
        Assert.All(report.Events, e => Assert.Equal(blocker.Id, e.Blocker));
    }

    [Fact]
    public void The_thread_that_ended_the_wait_is_the_holder()
    {
        var report = new Script().Run("""
            waker 100/1 | futex_wake@k ; do_futex@k ; std::sys::sync::mutex::futex::Mutex::wake@s ; app::hold@u ; app::other@u
            asleep 100/1 10 futex(0x7f10) | futex_wait_queue@k ; std::sys::sync::mutex::futex::Mutex::lock_contended@s ; app::wait@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 10 asleep=10
            """).At();

        var blocker = Assert.Single(report.Blockers);
        Assert.Equal((Causes.Lock, "std::sync::Mutex::lock", "futex 0x7f10"), (blocker.Cause, blocker.Call?.Function, blocker.Detail));
        var held = Assert.Single(blocker.HeldBy!);
        Assert.Equal(("app::hold", 1), (held.Culprit.Function, held.Count));
    }

    [Theory]
    // Inlined into a task, into a thread's closure, and nothing but the lock's own code.
    [InlineData("parking_lot::raw_rwlock::RawRwLock::unlock_exclusive_slow@d ; tokio::runtime::task::core::Core<T,S>::poll@t ; tokio::runtime::task::harness::Harness<app::writer::{closure}, alloc::sync::Arc<H>>::poll@t ; tokio::runtime::scheduler::multi_thread::worker::Context::run_task@t", "app::writer::{closure}")]
    [InlineData("syscall@c ; dashmap::lock::RawRwLock::unlock_exclusive_slow@d ; closure of std::thread::spawn@s ; clone3@c", "closure of std::thread::spawn")]
    [InlineData("syscall@c ; dashmap::lock::RawRwLock::unlock_exclusive_slow@d", "dashmap::lock::RawRwLock::unlock_exclusive_slow")]
    public void A_holder_is_named_beyond_the_code_of_locks(string stack, string expected)
    {
        var report = new Script().Run($"""
            waker 100/1 | futex_wake@k ; do_futex@k ; {stack}
            asleep 100/1 10 futex(0x7f10) | futex_wait_queue@k ; std::sys::sync::mutex::futex::Mutex::lock_contended@s ; app::wait@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 10 asleep=10
            """).At();

        Assert.Equal(expected, Assert.Single(Assert.Single(report.Blockers).HeldBy!).Culprit.Function);
    }

    [Fact]
    public void A_driver_stall_names_its_blocker_and_is_said()
    {
        var report = new Script().Run($"""
            stall 0 2 11 100/1 idle=3
            asleep 100/1 10 clock_nanosleep | {Sleep}
            poll 100/1 1 11 asleep=10
            """).At();

        var stall = Assert.Single(report.DriverStalls);
        Assert.Equal((report.Blockers[0].Id, 9_000_000, 3), (stall.Blocker, stall.DurationNs, stall.IdleWorkers));
        Assert.StartsWith("Nobody polled I/O and timers for 9.00 ms while app::nap held", report.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void That_the_session_is_not_ready_is_said_first_whether_or_not_there_are_blockers()
    {
        foreach (var script in (string[])[$"asleep 100/1 10 clock_nanosleep | {Sleep}\npoll 100/1 1 11 asleep=10", ""])
        {
            var analysis = new Script().Run(script);
            Assert.Equal("Still learning.", analysis.Snapshot(Sessions.Facts() with { NotReady = "Still learning." }).Notes[0]);
            Assert.DoesNotContain("Still learning.", analysis.At().Notes);
        }
    }

    [Fact]
    public void What_is_not_followed_beside_the_rest_is_said()
    {
        var report = new Script().Run("").Snapshot(Sessions.Facts() with { Gaps = ["The runtimes of libplugin.so are not followed: because."] });

        Assert.StartsWith("The runtimes of libplugin.so", report.Notes[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "multi_thread, 2 workers")]
    [InlineData("libplugin.so", "multi_thread, 2 workers, of libplugin.so (Tokio 1.38.0)")]
    public void Runtime_says_whose_it_is_where_that_is_not_plain(string? module, string expected) =>
        Assert.Equal(expected, RuntimeText.Of(new RuntimeInfo("multi_thread", 2) { Module = module, TokioVersion = module is null ? null : "1.38.0" }));

    [Theory]
    [InlineData("tokio::task::blocking::block_in_place@t")]
    [InlineData("<tokio::runtime::blocking::task::BlockingTask<T> as core::future::Future>::poll@t")]
    public void Legal_waits_are_not_reported(string section) =>
        Assert.Empty(new Script().Run($"""
            asleep 100/1 50 clock_nanosleep | clock_nanosleep@c ; std::thread::sleep@s ; app::legal@u ; {section} ; app::task@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 50 asleep=50
            """).At().Events);

    [Fact]
    public void Two_drops_are_two_blockers_and_neither_is_told_to_await()
    {
        const string Glue = "do_nanosleep@k ; __GI___clock_nanosleep@c ; std::thread::functions::sleep@s ; core::ptr::drop_in_place";
        const string End = "tokio::runtime::task::core::Core<T,S>::set_stage@t ; tokio::runtime::task::harness::Harness<T,S>::poll@t ; tokio::runtime::scheduler::multi_thread::worker::Context::run_task@t";
        var report = new Script().Run($"""
            asleep 100/1 11 clock_nanosleep | {Glue}<app::aborted::[closure]>@u ; {End}
            poll 100/1 0 11 asleep=11
            asleep 100/2 12 clock_nanosleep | {Glue}<app::SlowDrop>@u ; {End}
            poll 100/2 20 32 asleep=12
            """.Replace('[', '{').Replace(']', '}')).At();

        Assert.Equal(["drop of app::SlowDrop", "drop of app::aborted::{closure}"], report.Blockers.Select(b => b.Culprit.Function));
        Assert.All(report.Blockers, b => Assert.Contains("Drop cannot await", b.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Freeing_in_passing_makes_no_drop_of_a_computation()
    {
        var report = new Script().Run("""
            cpu 100/1 - | app::parse@u ; tokio::runtime::task::raw::poll@t
            cpu 100/1 - | app::parse@u ; tokio::runtime::task::raw::poll@t
            cpu 100/1 - | _int_free@c ; core::ptr::drop_in_place<alloc::string::String>@s ; app::parse@u ; tokio::runtime::task::raw::poll@t
            poll 100/1 0 30 cpu=30
            """).At();

        Assert.Contains("Move the computation", Assert.Single(report.Blockers).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_target_pays_counts_from_the_moment_hud_attached()
    {
        var report = new Script().Run("").Snapshot(Sessions.Facts() with { Counters = new TrackerCounters(0, 0, 40, 100, 30_000_000, 200, 5_000, 60_000_000, 2_000_000) });

        Assert.Equal(10_000_000_000, report.Session.DurationNs);
        Assert.Equal((10_500_000_000, 92_000_000), (report.Session.Overhead.OverNs, report.Session.Overhead.TargetNs));
    }
}
