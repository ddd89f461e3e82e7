using System.Globalization;
using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>The promises of the main job under the exact tracker: every build, every kind of runtime.</summary>
public sealed class ExactGroundTruthTests(ITestOutputHelper output)
{
    /// <summary>Without ping-pong, which does not log its polls: this tracker times what holds one up by accident, and nothing could tell.</summary>
    private const string Workers =
        "cpu,sleep,deep,std-mutex,parking-lot,condvar,mpsc,fsync,tcp,output,status,pipe,page-fault,dns,select,block-in-place,spawn-blocking,yields,light,root";

    /// <summary>One thread for all of it: fewer calls that block, and the future of block_on blocks too. block_in_place is not allowed there.</summary>
    private const string OneThread = "cpu,sleep,deep,std-mutex,fsync,pipe,select,root,spawn-blocking,yields,light";

    /// <summary>Seconds, of which the first two or so are hud's start and what <see cref="Comparison"/> leaves to learning.</summary>
    private const int Short = 5, Long = 15;

    public static TheoryData<string, string> Flavours => new()
    {
        { "debug", "multi-thread" },
        { "release", "multi-thread" },
        { "release-debug", "multi-thread" },
        { "fat-lto", "multi-thread" },
        { "stripped", "multi-thread" },
        { "addon", "multi-thread" },
        { "release", "current-thread" },
        { "fat-lto", "local-set" },
    };

    [Theory]
    [MemberData(nameof(Flavours))]
    public Task Planted_calls_are_reported_and_nothing_else(string build, string runtime) => Watch(build, runtime, Short);

    [Theory(Explicit = true)]
    [Trait("Length", "Long")]
    [MemberData(nameof(Flavours))]
    public Task Planted_calls_are_reported_and_nothing_else_for_longer(string build, string runtime) => Watch(build, runtime, Long);

    private async Task Watch(string build, string runtime, int seconds)
    {
        Prerequisites.Require(Repository.Fixture(build));
        var oneThread = runtime != "multi-thread";
        using var target = await Target.Start(build, oneThread ? OneThread : Workers, "--runtime", runtime, "--pause", "97");

        var report = (await HudProgram.Watch(target.Pid, seconds, "--tracker", "exact")).Report;

        Assert.Equal("exact", report.Session.Tracker);
        Assert.Equal(oneThread ? "current_thread" : "multi_thread", Assert.Single(report.Target.Runtimes).Kind);
        Assert.All(report.Events, e => Assert.True(e.StartNs >= report.Session.StartNs, string.Create(CultureInfo.InvariantCulture, $"a poll from {e.StartNs}, before the session at {report.Session.StartNs}")));
        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: (oneThread ? 4 : 10) * (seconds - 2));
        comparison.ReportsNothingElse();
        comparison.MeasuresDurations();
        comparison.FindsCauses();
        if (build == "stripped")
            return;
        comparison.NamesFunctions();
        // See GroundTruthTests.
        comparison.FindsCulprits(except: ["block_in_select", "compute_in_task"]);
    }
}
