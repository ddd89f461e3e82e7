using System.Diagnostics;
using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>Busy competitors on every core: victims are starved, what blocks is still told from them.</summary>
public sealed class PressureTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("debug", "auto")]
    [InlineData("release", "auto")]
    [InlineData("release", "exact")]
    public async Task Victims_are_starved_and_no_blockers(string build, string tracker)
    {
        Prerequisites.Require(Repository.Fixture(build));
        using var competitors = new Competitors(2 * Environment.ProcessorCount);
        using var target = await Target.Start(build, "light");

        var report = (await HudProgram.Watch(target.Pid, 8, "--tracker", tracker)).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsNothingElse();
        Assert.NotEmpty(report.Starved);
        Assert.All(report.Starved, group => Assert.Equal("cpu-starved", group.Cause));
        Assert.Contains(report.Starved, group => competitors.Pids.Any(pid => group.Detail?.Contains($"(pid {pid})", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task Blockers_are_found_and_measured_all_the_same()
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var competitors = new Competitors(Environment.ProcessorCount);
        using var target = await Target.Start("release", "cpu,sleep,std-mutex,light");

        var report = (await HudProgram.Watch(target.Pid, 10)).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 30);
        comparison.ReportsNothingElse();
        comparison.FindsCauses();
        comparison.NamesFunctions();
    }

    [Fact]
    public async Task Quota_of_the_cgroup_is_told_from_competitors()
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var cgroup = new CpuQuota(0.3);
        using var target = await Target.Start("release", "cpu,light");
        cgroup.Add(target.Pid);

        var report = (await HudProgram.Watch(target.Pid, 8)).Report;

        new Comparison(target.Truth, report).ReportsNothingElse();
        Assert.Contains(report.Starved, group => group.Detail?.Contains("CPU quota was used up", StringComparison.Ordinal) == true);
        Assert.Contains(report.Notes!, note => note.Contains("throttled", StringComparison.Ordinal));
    }

    /// <summary>Processes that do nothing but compute.</summary>
    private sealed class Competitors(int count) : IDisposable
    {
        private readonly List<Process> _processes =
            [.. Enumerable.Range(0, count).Select(_ => Process.Start(Repository.Fixture("release"), ["--burn", "--duration", "60"]))];

        public IEnumerable<int> Pids => _processes.Select(p => p.Id);

        public void Dispose()
        {
            foreach (var process in _processes)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }
}
