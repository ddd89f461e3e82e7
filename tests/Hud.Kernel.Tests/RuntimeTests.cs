using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>Every kind of runtime, and several of them in one process.</summary>
public sealed class RuntimeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("debug", "cpu,sleep,select,root", 25, "--runtime", "current-thread")]
    [InlineData("release-debug", "cpu,sleep,select,root", 25, "--runtime", "current-thread")]
    [InlineData("debug", "cpu,sleep,select", 25, "--runtime", "local-set")]
    [InlineData("release", "cpu,sleep,std-mutex", 60, "--runtimes", "2")]
    [InlineData("release-debug", "cpu,sleep,root", 50, "--runtimes", "2", "--runtime", "current-thread")]
    [InlineData("release", "cpu,sleep,std-mutex,light", 25, "--thread-name", "my-pool")]
    [InlineData("release-debug", "churn", 25)]
    public Task Planted_calls_are_reported(string build, string scenarios, int atLeastCalls, params string[] more) =>
        Watch(build, scenarios, atLeastCalls, more, "auto");

    /// <summary>
    /// Without DWARF types the sampled tracker learns the layout from runtimes that stay for a while; where there are none,
    /// timing every poll serves. It does not see the future of block_on.
    /// </summary>
    [Theory]
    [InlineData("release", "cpu,sleep,select", 25, "--runtime", "current-thread")]
    [InlineData("fat-lto", "cpu,sleep,select", 25, "--runtime", "local-set")]
    [InlineData("release", "churn", 25)]
    [InlineData("fat-lto", "churn", 20, "--runtime", "current-thread")]
    public Task Exact_tracker_needs_no_layout(string build, string scenarios, int atLeastCalls, params string[] more) =>
        Watch(build, scenarios, atLeastCalls, more, "exact");

    /// <summary>Built without Tokio's rt-multi-thread: there is no worker::Context to read or to learn from.</summary>
    [Theory]
    [InlineData("current-thread/debug")]
    [InlineData("current-thread/release-debug")]
    public Task Program_with_the_current_thread_scheduler_alone(string build) =>
        Watch(build, "cpu,sleep,std-mutex,select,root,light", 35, [], "auto", servedBy: "sampled");

    /// <summary>No DWARF types: the layout of whichever scheduler runs is worked out from the running program.</summary>
    [Theory]
    [InlineData("release", "current_thread", "--runtime", "current-thread")]
    [InlineData("fat-lto", "current_thread", "--runtime", "local-set")]
    [InlineData("stripped", "current_thread", "--runtime", "current-thread")]
    [InlineData("current-thread/release", "current_thread")]
    [InlineData("current-thread/stripped", "current_thread", "--runtime", "local-set")]
    [InlineData("stripped", "multi_thread")]
    [InlineData("musl", "current_thread", "--runtime", "current-thread")]
    [InlineData("musl-stripped", "multi_thread")]
    [InlineData("musl-stripped", "current_thread", "--runtime", "local-set")]
    public Task Layout_is_worked_out(string build, string kind, params string[] more) => WatchCalibrated(build, kind, more);

    /// <summary>Tokio in a library that a program without Tokio has loaded: its thread-locals are reached through the thread vector.</summary>
    [Theory]
    [InlineData("addon", "multi_thread")]
    [InlineData("addon-stripped", "multi_thread")]
    [InlineData("addon", "current_thread", "--runtime", "current-thread")]
    [InlineData("addon-stripped", "current_thread", "--runtime", "local-set")]
    public Task Shared_library(string build, string kind, params string[] more) => WatchCalibrated(build, kind, more);

    private async Task WatchCalibrated(string build, string kind, string[] more)
    {
        // Root futures of a runtime with workers of its own are legal, and blockers where they drive the tasks.
        var report = await Watch(build, "cpu,sleep,std-mutex,select,root,light,spawn-blocking", 15, more, "auto", servedBy: "sampled");

        Assert.Equal(kind, Assert.Single(report.Target.Runtimes).Kind);
    }

    private async Task<JsonReport> Watch(string build, string scenarios, int atLeastCalls, string[] more, string tracker, string? servedBy = null)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, scenarios, more);

        var report = (await HudProgram.Watch(target.Pid, 6, "--tracker", tracker)).Report;

        if (servedBy is not null)
            Assert.True(servedBy == report.Session.Tracker, $"{report.Session.Tracker}: {report.Session.TrackerReason}");
        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls);
        comparison.ReportsNothingElse();
        comparison.MeasuresDurations();
        if (!build.Contains("stripped", StringComparison.Ordinal))
            comparison.FindsCulprits(except: ["block_in_select", "compute_in_task"]);
        return report;
    }

    /// <summary>Calls longer than the time in which the layout is worked out: one is underway whenever Tokio's memory takes over from probes.</summary>
    [Theory]
    [InlineData("stripped")]
    [InlineData("release")]
    public async Task Poll_is_one_when_trackers_change(string build, params string[] more)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, "sleep", ["--ms", "400,700,300", "--pause", "37", .. more]);

        var report = (await HudProgram.Watch(target.Pid, 5)).Report;

        output.WriteLine($"{report.Session.Tracker}: {report.Session.TrackerReason}");
        var calls = target.Truth.Where(c => c.Verdict == Verdict.Block && c.StartNs > report.Session.StartNs && c.EndNs < report.Session.StartNs + report.Session.DurationNs).ToArray();
        Assert.InRange(calls.Length, 4, 30);
        var shares = calls.Select(call =>
        {
            var poll = Assert.Single(report.Events, e => e.StartNs < call.EndNs && e.StartNs + e.DurationNs > call.StartNs);
            return (double)poll.DurationNs / (call.EndNs - call.StartNs);
        }).ToArray();
        Assert.DoesNotContain(shares, share => share > 1.03);
        // One that ran where nobody looked for some milliseconds counts from the next look on.
        Assert.InRange(shares.Count(share => share < 0.97), 0, 1);
    }

    /// <summary>A thread on its way out is switched a few times more after it was dropped; it must not take a place for ever.</summary>
    [Theory]
    [InlineData("auto")]
    [InlineData("exact")]
    public async Task Threads_that_are_gone_are_listed_once(string tracker)
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var target = await Target.Start("release", "churn");

        var report = (await HudProgram.Watch(target.Pid, 5, "--tracker", tracker)).Report;

        Assert.True(report.Workers.Count > 10, $"only {report.Workers.Count} workers came and went");
        Assert.Empty(report.Workers.GroupBy(w => w.Tid).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public async Task Two_runtimes_are_shown_apart()
    {
        Prerequisites.Require(Repository.Fixture("debug"));
        using var target = await Target.Start("debug", "cpu,sleep,light", "--runtimes", "2");

        var report = (await HudProgram.Watch(target.Pid, 4)).Report;

        Assert.Equal(2, report.Target.Runtimes.Count);
        Assert.All(report.Target.Runtimes, runtime => Assert.Equal("multi_thread", runtime.Kind));
    }
}
