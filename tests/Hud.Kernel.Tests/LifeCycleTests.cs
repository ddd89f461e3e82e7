using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>Targets that start late, end early, turn into something else or do nothing: what was recorded is kept.</summary>
public sealed class LifeCycleTests
{
    private static readonly string Release = Repository.Fixture("release");

    [Theory]
    [InlineData("exit")]
    [InlineData("exec")]
    [InlineData("abort")]
    public async Task Session_ends_with_its_target_and_keeps_what_it_has(string ending)
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep,cpu", "--duration", "4", "--end", ending);

        // Beyond the limit of a run: hud must notice by itself.
        var report = (await HudProgram.Watch(target.Pid, 600)).Report;

        var comparison = new Comparison(target.Truth, report);
        comparison.ReportsWhatBlocks(atLeastCalls: 5);
        Assert.Contains(ending == "exec" ? "exec" : "exit", report.Session.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_target_ends_the_session()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep");
        var watching = HudProgram.Watch(target.Pid, 600);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        target.Kill();

        Assert.NotEmpty((await watching).Report.Blockers);
    }

    [Fact]
    public async Task Interrupt_ends_the_session_with_its_report()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep");
        var hud = HudProgram.Start("--pid", $"{target.Pid}", "--headless", "--json");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        hud.Interrupt();

        Assert.NotEmpty((await hud.Finish()).Report.Blockers);
        Assert.False(target.HasExited);
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    public async Task Runtime_that_starts_during_the_session_is_followed(string build)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = Target.Launch(build, "sleep,cpu", "--start-after", "3");

        var report = (await HudProgram.Watch(target.Pid, 9)).Report;

        var comparison = new Comparison(target.Truth, report);
        Assert.NotEmpty(comparison.Found);
        comparison.ReportsNothingElse();
    }

    [Fact]
    public async Task Session_before_any_worker_says_why_it_is_empty()
    {
        Prerequisites.Require(Release);
        using var target = Target.Launch("release", "sleep", "--start-after", "60");

        var report = (await HudProgram.Watch(target.Pid, 2)).Report;

        Assert.Empty(report.Blockers);
        Assert.NotEmpty(report.Notes ?? []);
    }

    [Fact]
    public async Task Idle_target_gives_a_report_that_says_why_it_is_empty()
    {
        Prerequisites.Require(Release);
        // The first line of the log is a poll far below the threshold; then nothing more happens.
        using var target = await Target.Start("release", "timed-sleep", "--ms", "0", "--pause", "600000", "--workers", "2");

        var report = (await HudProgram.Watch(target.Pid, 2)).Report;

        Assert.Empty(report.Blockers);
        Assert.Empty(report.Events);
        Assert.NotEmpty(report.Notes ?? []);
    }
}
