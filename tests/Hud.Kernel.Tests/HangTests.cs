using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>Programs that hung before hud came: nothing begins or ends any more, and what holds the workers is told all the same.</summary>
public sealed class HangTests(ITestOutputHelper output)
{
    /// <summary>Longer ago than any call takes that a look might catch.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("debug", "hang", "lock")]
    [InlineData("debug", "hang-cpu", "cpu", "--runtime", "current-thread")]
    [InlineData("debug", "hang-root", "lock", "--runtime", "current-thread")]
    [InlineData("release", "hang", "lock")]
    [InlineData("release", "hang", "lock", "--runtime", "current-thread")]
    [InlineData("release", "hang-root", "lock", "--runtime", "current-thread")]
    [InlineData("fat-lto", "hang-root", "lock", "--runtime", "local-set")]
    [InlineData("release", "hang-cpu", "cpu", "--runtime", "local-set")]
    [InlineData("fat-lto", "hang-cpu", "cpu")]
    [InlineData("stripped", "hang", "lock")]
    [InlineData("stripped", "hang", "lock", "--runtime", "current-thread")]
    [InlineData("stripped", "hang-cpu", "cpu", "--runtime", "current-thread")]
    [InlineData("non-pie-v0", "hang", "lock")]
    [InlineData("addon-stripped", "hang", "lock")]
    [InlineData("musl-stripped", "hang", "lock")]
    public async Task Poll_that_began_before_is_reported(string build, string scenario, string cause, params string[] more)
    {
        var report = await Watch(build, scenario, more);

        var blocker = Assert.Single(report.Blockers);
        Assert.Equal(cause, blocker.Cause);
        Assert.Equal(1, blocker.Count);
        Assert.True(blocker.TotalNs >= report.Session.DurationNs / 2, $"{blocker.TotalNs} of {report.Session.DurationNs} ns");
        if (!build.Contains("stripped", StringComparison.Ordinal))
            Assert.True(blocker.Names(scenario == "hang-cpu" ? "compute_forever" : "wait_forever"), blocker.Culprit.Function);
    }

    [Theory]
    [InlineData("debug", "hang-pool")]
    [InlineData("release", "hang-pool")]
    [InlineData("release", "hang-pool", "--runtime", "current-thread")]
    [InlineData("release", "hang-in-place")]
    [InlineData("debug", "hang-root")]
    [InlineData("release", "hang-root")]
    [InlineData("stripped", "hang-pool")]
    [InlineData("stripped", "hang-pool", "--runtime", "current-thread")]
    [InlineData("musl-stripped", "hang-pool")]
    public async Task What_hangs_where_it_may_is_not(string build, string scenario, params string[] more) =>
        Assert.Empty((await Watch(build, scenario, more)).Blockers);

    private async Task<JsonReport> Watch(string build, string scenario, string[] more)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, scenario, ["--workers", "2", .. more]);
        await Task.Delay(Settled, TestContext.Current.CancellationToken);

        var report = (await HudProgram.Watch(target.Pid, 4)).Report;
        output.WriteLine($"{report.Session.Tracker}: {report.Session.TrackerReason}");
        return report;
    }
}
