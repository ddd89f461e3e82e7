using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>What a stall keeps waiting, read from Tokio's own counters.</summary>
public sealed class HarmTests
{
    /// <summary>Each planted call has started seven tasks on the only worker, which nobody else can take.</summary>
    [Theory]
    [InlineData("debug", "sampled", "--workers", "1")]
    [InlineData("release-debug", "sampled", "--workers", "1")]
    [InlineData("release-debug", "exact", "--workers", "1")]
    [InlineData("debug", "sampled", "--runtime", "current-thread")]
    [InlineData("release-debug", "exact", "--runtime", "current-thread")]
    public async Task Tasks_behind_a_stall_are_counted(string build, string tracker, params string[] more)
    {
        const int Planted = 7;
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, "crowd", more);

        var report = (await HudProgram.Watch(target.Pid, 4, "--tracker", tracker)).Report;

        var group = Assert.Single(report.Blockers, b => b.IsCulprit("sleep_before_seven_tasks"));
        // Its first look may have been before the tasks were started, where the session began within a call.
        var polls = report.Events.Where(e => e.Blocker == group.Id && e.StartNs > report.Session.StartNs).ToList();
        Assert.True(polls.Count >= 10, $"{polls.Count} polls");
        Assert.All(polls, poll => Assert.Equal(Planted, poll.WaitingTasks));
        Assert.Equal(report.Events.Where(e => e.Blocker == group.Id).Sum(e => e.WaitingTasks), group.WaitingTasks);
    }

    /// <summary>Without DWARF types the queue's place is not known, and nothing is made up.</summary>
    [Fact]
    public async Task Unknown_queues_are_null()
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var target = await Target.Start("release", "crowd", "--workers", "1");

        var report = (await HudProgram.Watch(target.Pid, 3)).Report;

        Assert.NotEmpty(report.Blockers);
        Assert.All(report.Blockers, b => Assert.Null(b.WaitingTasks));
        Assert.All(report.Target.Runtimes, r => Assert.Null(r.BlockingPool));
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("release-debug")]
    [InlineData("release-debug", "--runtime", "current-thread")]
    public async Task Saturated_pool_is_told(string build, params string[] more)
    {
        const int Threads = 3;
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, "full-pool", ["--blocking-threads", $"{Threads}", .. more]);

        var report = (await HudProgram.Watch(target.Pid, 4)).Report;

        Assert.Empty(report.Blockers);
        var pool = Assert.Single(report.Target.Runtimes).BlockingPool;
        Assert.NotNull(pool);
        Assert.Equal(Threads, pool.Limit);
        Assert.Equal(Threads, pool.MaxBusy);
        Assert.InRange(pool.MaxQueued, Threads, 3 * Threads);
        // Two thirds of the time between two pauses closures wait; looks are some 20 ms apart.
        Assert.InRange(pool.SaturatedNs, report.Session.DurationNs / 10, report.Session.DurationNs);
        Assert.Contains(report.Notes!, note => note.Contains("blocking pool was saturated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pool_with_room_is_not_saturated()
    {
        Prerequisites.Require(Repository.Fixture("release-debug"));
        using var target = await Target.Start("release-debug", "spawn-blocking", "--blocking-threads", "4");

        var report = (await HudProgram.Watch(target.Pid, 3)).Report;

        var pool = Assert.Single(report.Target.Runtimes).BlockingPool;
        Assert.NotNull(pool);
        Assert.Equal((4, 1, 0L), (pool.Limit, pool.MaxBusy, pool.SaturatedNs));
        Assert.DoesNotContain(report.Notes!, note => note.Contains("blocking pool", StringComparison.Ordinal));
    }
}
