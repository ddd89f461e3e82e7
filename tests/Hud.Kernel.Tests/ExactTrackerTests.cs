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
}
