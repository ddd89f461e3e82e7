using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>The scheduler tracker: waits of workers, judged without Tokio's memory.</summary>
public sealed class SchedulerTrackerTests(ITestOutputHelper output)
{
    private const string Legal = "spawn-blocking,yields,light,root";

    [Theory]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    public async Task Waits_in_polls_are_reported_and_nothing_else(string build)
    {
        var comparison = await Watch(build, $"sleep,std-mutex,parking-lot,condvar,mpsc,{Legal}", 8);

        comparison.ReportsWhatBlocks(atLeastCalls: 60);
        comparison.ReportsNothingElse();
        comparison.FindsCauses();
    }

    /// <summary>There workers and threads of the blocking pool, which have the same name, take each other's place all the time.</summary>
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("fat-lto")]
    public async Task Beside_block_in_place_nothing_else_is_reported(string build)
    {
        var comparison = await Watch(build, $"sleep,condvar,block-in-place,{Legal}", 8);

        comparison.ReportsNothingElse();
        Assert.NotEmpty(comparison.Found);
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("stripped")]
    public async Task Parked_workers_and_the_blocking_pool_are_not_reported(string build) =>
        (await Watch(build, Legal, 5)).ReportsNothingElse();

    /// <summary>The stacks do not tell a channel from a parker there.</summary>
    [Fact]
    public async Task Without_symbols_locks_and_sleeps_are_reported_and_nothing_else()
    {
        var comparison = await Watch("stripped", $"sleep,std-mutex,{Legal}", 8);

        comparison.ReportsWhatBlocks(atLeastCalls: 30);
        comparison.ReportsNothingElse();
        comparison.FindsCauses();
    }

    [Fact]
    public async Task Threads_of_the_blocking_pool_are_no_workers()
    {
        var comparison = await Watch("release", "spawn-blocking,sleep,light", 4, "--workers", "2");

        Assert.Equal(2, comparison.Report.Workers.Count);
        Assert.NotEmpty(comparison.Found);
    }

    private async Task<Comparison> Watch(string build, string scenarios, double seconds, params string[] more)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, scenarios, more);

        var report = (await HudProgram.Watch(target.Pid, seconds, "--tracker", "scheduler")).Report;

        Assert.Equal("scheduler", report.Session.Tracker);
        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        return comparison;
    }
}
