using System.Globalization;
using System.Text.RegularExpressions;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>A threshold that comes from the program's own poll times.</summary>
public sealed class RelativeThresholdTests
{
    private static readonly string Release = Repository.Fixture("release");

    [Fact]
    public async Task The_report_states_the_threshold_in_force_and_what_it_was_derived_from()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--ms", "47");

        var run = await HudProgram.Run("--pid", $"{target.Pid}", "--json", "--threshold", "3xp50", "--tracker", "exact", "--duration", "8");

        var session = run.Report.Session;
        var match = Regex.Match(session.ThresholdOrigin ?? "", @"^3xp50: 50 % of (\d+) polls in ([\d.]+) s took ([\d.]+) ms or less, counted in powers of two(, raised to 0.1 ms.*)?$");
        Assert.True(match.Success, session.ThresholdOrigin);
        Assert.True(Number(1) >= 20);
        Assert.Equal(match.Groups[4].Success ? 100_000 : 3 * (long)Math.Round(Number(3) * 1e6), session.ThresholdNs);
        // What was learned from is no part of the session.
        Assert.True(session.DurationNs < 6_500_000_000);
        Assert.All(run.Report.Events.Where(e => !e.Starved), e => Assert.True(e.OnCpuNs + e.BlockedNs >= session.ThresholdNs));
        Assert.Contains(run.Report.Blockers, b => b.Cause == "sleep" && b.IsCulprit("sleep_in_thread"));

        double Number(int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Where_it_cannot_be_known_it_is_refused_in_words()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--ms", "47");
        var sampled = await HudProgram.Run("--pid", $"{target.Pid}", "--json", "--threshold", "3xp99");
        Assert.Equal(2, sampled.ExitCode);
        Assert.Equal("hud: --threshold 3xp99 is a multiple of the program's own poll times, and only the exact tracker times every poll; add --tracker exact, or give milliseconds\n", sampled.Error);

        var brief = await HudProgram.Run("--pid", $"{target.Pid}", "--json", "--threshold", "3xp99.9", "--tracker", "exact", "--duration", "1");
        Assert.Equal(1, brief.ExitCode);
        Assert.Contains("the threshold 3xp99.9 could not be derived before the session ended: ", brief.Error, StringComparison.Ordinal);
        Assert.Equal("", brief.Output);
    }
}
