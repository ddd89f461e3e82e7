using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>The promises of the main job: what blocks is reported, with its length, cause and name, and nothing else is.</summary>
public sealed class GroundTruthTests(ITestOutputHelper output)
{
    private const string Planted =
        "cpu,sleep,deep,std-mutex,parking-lot,condvar,mpsc,fsync,tcp,output,status,pipe,page-fault,dns,select";

    private const string Legal = "block-in-place,spawn-blocking,yields,ping-pong,light,root";

    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    [InlineData("musl")]
    [InlineData("musl-debug")]
    public async Task Planted_calls_are_reported_and_nothing_else(string build)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, $"{Planted},{Legal}");

        var report = (await HudProgram.Watch(target.Pid, 15)).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 250);
        comparison.ReportsNothingElse();
        comparison.MeasuresDurations();
        comparison.FindsCauses();
        // Rust 1.63, without DWARF: the code of any async fn is <GenFuture<T> as Future>::poll.
        comparison.NamesFunctions(except: build == "musl" ? ["block_in_select"] : []);
        // The code in select! has no function of its own, and without DWARF may be inlined into its caller; the loop of
        // compute_in_task is an inlined function, and with DWARF has that function's name.
        comparison.FindsCulprits(except: ["block_in_select", "compute_in_task"]);
    }

    /// <summary>Then CPUs are sampled, not threads; the fixture stops that after 6 s.</summary>
    [Theory]
    [InlineData("release")]
    [InlineData("debug")]
    public async Task Planted_calls_are_reported_while_workers_switch_often_and_after(string build)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, "cpu,sleep,std-mutex,tcp,light,chatter", "--workers", "4");

        var report = (await HudProgram.Watch(target.Pid, 13)).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 80);
        comparison.ReportsNothingElse();
        comparison.MeasuresDurations();
        comparison.FindsCauses();
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("fat-lto")]
    public async Task Legal_work_is_never_reported(string build)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, Legal);

        var report = (await HudProgram.Watch(target.Pid, 6)).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsNothingElse();
    }
}
