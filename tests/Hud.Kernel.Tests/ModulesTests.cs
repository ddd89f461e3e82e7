using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>A program with a Tokio of its own that loads a library with another: two of each thread-local, layout and symbol in one process.</summary>
public sealed class ModulesTests(ITestOutputHelper output)
{
    private const string Library = "libground_truth_addon.so";

    [Theory]
    [InlineData("debug", "addon-debug", "multi_thread")]
    [InlineData("release", "addon", "multi_thread")]
    [InlineData("debug", "addon-stripped", "multi_thread")]
    [InlineData("debug", "addon-debug", "current_thread", "--plugin-runtime", "current-thread")]
    [InlineData("stripped", "addon-debug", "multi_thread", "--runtime", "current-thread", "--plugin-runtime", "multi-thread")]
    public async Task Runtimes_of_both_are_followed(string program, string library, string kindOfLibrary, params string[] more)
    {
        Prerequisites.Require(Repository.Fixture(program), Repository.Fixture(library));
        using var target = await Start(program, library, more);

        var report = (await HudProgram.Watch(target.Pid, 8)).Report;

        output.WriteLine(report.Session.TrackerReason ?? "");
        Assert.All(report.Notes ?? [], output.WriteLine);
        Assert.Equal("sampled", report.Session.Tracker);
        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 40);
        comparison.ReportsNothingElse();
        comparison.MeasuresDurations();
        Assert.Equal(["ground-truth", Library], report.Target.Runtimes.Select(r => r.Module).Order(StringComparer.Ordinal));
        Assert.Equal(kindOfLibrary, report.Target.Runtimes.Single(r => r.Module == Library).Kind);
        Assert.All(comparison.Found.Where(m => m.Group?.IsCulprit(m.Call.Function) == true), m => Assert.Equal(ModuleOf(m.Call), m.Group!.Culprit.Module));
        // As many threads of the blocking pool have the same names and are no workers.
        Assert.Equal(report.Target.Runtimes.Sum(r => r.Workers), report.Workers.Count);
    }

    [Fact]
    public async Task Polls_of_both_are_timed()
    {
        Prerequisites.Require(Repository.Fixture("release"), Repository.Fixture("addon"));
        using var target = await Start("release", "addon");

        var report = (await HudProgram.Watch(target.Pid, 8, "--tracker", "exact")).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 40);
        comparison.ReportsNothingElse();
        comparison.MeasuresDurations();
        Assert.NotEmpty(report.Futures!);
    }

    [Fact]
    public async Task Library_that_does_nothing_is_named()
    {
        Prerequisites.Require(Repository.Fixture("debug"), Repository.Fixture("addon"));
        using var target = await Target.Start("debug", "cpu,sleep,light", "--plugin", Plugin("addon"), "--plugin-start-after", "60");

        var report = (await HudProgram.Watch(target.Pid, 4)).Report;

        var comparison = new Comparison(target.Truth, report);
        comparison.ReportsWhatBlocks(atLeastCalls: 15);
        comparison.ReportsNothingElse();
        Assert.Contains(report.Notes!, note => note.Contains(Library, StringComparison.Ordinal) && note.Contains("no task so far", StringComparison.Ordinal));
    }

    private static Task<Target> Start(string program, string library, params string[] more) =>
        Target.Start(program, "cpu,sleep,light,spawn-blocking", ["--plugin", Plugin(library), "--plugin-scenarios", "std-mutex,page-fault,pipe,light,spawn-blocking", .. more]);

    private static string Plugin(string build) => Path.Combine(Path.GetDirectoryName(Repository.Fixture(build))!, Library);

    private static string ModuleOf(TruthCall call) => call.Cause is "cpu" or "sleep" ? "ground-truth" : Library;
}
