using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>Binaries that give less away than those of the main tests, or lie elsewhere.</summary>
public sealed class BinaryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Stripped_program_is_watched_without_names()
    {
        Prerequisites.Require(Repository.Fixture("stripped"));
        using var target = await Target.Start("stripped", "cpu,sleep,std-mutex,fsync,tcp,pipe,light,yields,block-in-place");

        var report = (await HudProgram.Watch(target.Pid, 8)).Report;

        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 60);
        comparison.ReportsNothingElse();
        comparison.FindsCauses();
    }

    [Fact]
    public async Task Symbol_file_gives_a_stripped_program_its_names_back()
    {
        Prerequisites.Require(Repository.Fixture("stripped"), Repository.Fixture("release"));
        using var target = await Target.Start("stripped", "sleep,cpu");

        var report = (await HudProgram.Watch(target.Pid, 5, "--symbols", Repository.Fixture("release"))).Report;

        Judge(target, report);
    }

    [Fact]
    public async Task Program_at_a_fixed_address_with_v0_names()
    {
        Prerequisites.Require(Repository.Fixture("non-pie-v0"));
        using var target = await Target.Start("non-pie-v0", "sleep,cpu,std-mutex,select,light");

        var report = (await HudProgram.Watch(target.Pid, 5)).Report;

        Judge(target, report);
    }

    [Fact]
    public async Task Deleted_program_is_read_from_its_mapping()
    {
        Prerequisites.Require(Repository.Fixture("release-debug"));
        using var target = await Target.StartDeleted("release-debug", "sleep,cpu");

        var report = (await HudProgram.Watch(target.Pid, 5)).Report;

        Judge(target, report);
    }

    private void Judge(Target target, JsonReport report)
    {
        var comparison = new Comparison(target.Truth, report);
        output.WriteLine(comparison.Summary());
        comparison.ReportsWhatBlocks(atLeastCalls: 10);
        comparison.ReportsNothingElse();
        comparison.NamesFunctions();
    }
}
