using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>The exact tracker against a future that logs its own polls.</summary>
public sealed class ExactTrackerTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("fat-lto")]
    [InlineData("musl")]
    public async Task Polls_are_timed_within_five_microseconds_and_a_percent(string build)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, "timed-sleep,timed-cpu,timed-pipe");

        var report = (await HudProgram.Watch(target.Pid, 6, "--tracker", "exact")).Report;

        Assert.Equal("exact", report.Session.Tracker);
        var session = report.Session;
        var polls = target.Truth
            .Where(c => c.Verdict == Verdict.Poll && c.OwnNs >= session.ThresholdNs + 1_000_000)
            .Where(c => c.StartNs > session.StartNs + Comparison.LearningNs && c.EndNs < session.StartNs + session.DurationNs)
            .ToList();
        var off = polls
            .Select(poll => (Poll: poll, ErrorNs: report.Events.Where(e => e.Tid == poll.Tid)
                .Min(e => (long?)Math.Abs(e.StartNs - poll.StartNs) + Math.Abs(e.EndNs - poll.EndNs))))
            .Where(pair => pair.ErrorNs is null || pair.ErrorNs > 5_000 + (pair.Poll.WallNs / 100))
            .Select(pair => $"{pair.Poll}: off by {pair.ErrorNs / 1e3} µs")
            .ToList();
        output.WriteLine($"{polls.Count} polls, {off.Count} off");
        Assert.True(polls.Count >= 25, $"only {polls.Count} polls in the session");
        // The program reads its clock just outside the poll: preempted in between, the two honestly differ.
        Assert.True(off.Count <= 1 + (polls.Count / 50), string.Join('\n', off));
    }

    [Theory]
    [InlineData("debug", "--workers", "1")]
    [InlineData("stripped", "--workers", "1")]
    [InlineData("release", "--runtime", "local-set")]
    public async Task Schedule_delay_is_the_time_from_a_wake_to_its_poll(string build, params string[] more)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, "woken", more);

        // Without optimisation the kernel has to step the instructions under these probes: not cheap, so only when asked.
        var report = (await HudProgram.Watch(target.Pid, 4, "--tracker", "exact", "--schedule-delay", build == "debug" ? "on" : "auto")).Report;

        var session = report.Session;
        var truth = target.Truth
            .Where(c => c.Verdict == Verdict.Wake && c.EndNs > session.StartNs && c.EndNs < session.StartNs + session.DurationNs)
            .Select(c => c.WallNs).Order().ToList();
        // No name in a stripped program; the other tasks are woken by the timer, and none of them waits.
        var delay = report.Futures!.Select(f => f.ScheduleDelay!).MaxBy(d => d.Count > 0 ? d.TotalNs / d.Count : 0)!;
        var (mean, meanOfTruth) = (delay.TotalNs / delay.Count, (long)truth.Average());
        output.WriteLine($"{delay.Count} delays, {mean / 1e6} ms in the mean, {delay.MaxNs / 1e6} ms at most; logged {truth.Count}, {meanOfTruth / 1e6} ms, {truth[^1] / 1e6} ms");
        Assert.True(truth.Count >= 30, $"only {truth.Count} wakes in the session");
        Assert.InRange(delay.Count, truth.Count - 1, truth.Count + 1);
        Assert.InRange(Math.Abs(mean - meanOfTruth), 0, 50_000 + (meanOfTruth / 100));
        Assert.InRange(Math.Abs(delay.MaxNs - truth[^1]), 0, 50_000 + (truth[^1] / 100));
        // 18, 15, 11 and 6 ms in turn: the last are counted up to 8.192 ms, the others beyond.
        Assert.InRange(delay.Histogram.Take(14).Sum() - truth.Count(ns => ns < 8_192_000), -1, 1);
    }

    /// <summary>A probe whose removal is cut short stays in the program for good, and costs it an exception each time.</summary>
    [Theory]
    [InlineData("auto")]
    [InlineData("exact")]
    public async Task Program_is_left_as_it_was(string tracker)
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var target = await Target.Start("release", "yields,light");
        using var hud = HudProgram.Start("--pid", target.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture), "--headless", "--duration", "1.5", "--tracker", tracker);
        if (tracker == "exact")
        {
            await hud.WaitForProgress("following");
            Assert.InRange(target.ChangedCodeBytes(), 1, int.MaxValue);
        }
        Assert.Equal(0, (await hud.Finish()).ExitCode);

        Assert.Equal(0, target.ChangedCodeBytes());
    }

    [Fact]
    public async Task Wakes_are_left_alone_where_they_are_not_wanted()
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var target = await Target.Start("release", "woken", "--workers", "1");

        var report = (await HudProgram.Watch(target.Pid, 2, "--tracker", "exact", "--schedule-delay", "off")).Report;

        Assert.NotEmpty(report.Futures!);
        Assert.All(report.Futures!, f => Assert.Null(f.ScheduleDelay));
    }
}
