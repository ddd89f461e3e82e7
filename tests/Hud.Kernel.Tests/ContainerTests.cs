using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>hud beside its target in a container, where both have other ids than the kernel's.</summary>
public sealed class ContainerTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("debug", "sampled")]
    [InlineData("release", "sampled")]
    [InlineData("release", "exact")]
    [InlineData("release", "scheduler")]
    public async Task Planted_calls_are_reported_from_within_a_pid_namespace(string build, string tracker)
    {
        Prerequisites.Require(Repository.Fixture(build));
        var directory = Directory.CreateTempSubdirectory("hud-container-");
        try
        {
            var log = Path.Combine(directory.FullName, "log");
            // The scheduler tracker sees no computation.
            var scenarios = tracker == "scheduler" ? "sleep,std-mutex,light" : "cpu,sleep,std-mutex,light,spawn-blocking";
            var run = await HudProgram.WatchInContainer(
                [Repository.Fixture(build), "--log", log, "--scratch", directory.FullName, "--scenarios", scenarios],
                "--headless", "--json", "--threshold", "5", "--duration", "6", "--tracker", tracker);

            var report = run.Report;
            Assert.Equal(tracker, report.Session.Tracker);
            // bash, then the program.
            Assert.InRange(report.Target.Pid, 2, 9);
            var comparison = new Comparison(TruthCall.Read(log), report);
            output.WriteLine(comparison.Summary());
            comparison.ReportsWhatBlocks(atLeastCalls: 25);
            comparison.ReportsNothingElse();
            comparison.FindsCauses();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
