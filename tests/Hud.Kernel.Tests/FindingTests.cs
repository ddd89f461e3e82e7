using Hud.Kernel.Tests.GroundTruth;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>What goes beyond the blocking call: who held the lock; that nobody polls I/O.</summary>
public sealed class FindingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    public async Task Holder_of_the_lock_is_named(string build)
    {
        string[] kinds = ["std-mutex", "parking-lot", "pthread-mutex", "rwlock-read", "rwlock-write", "condvar", "mpsc"];
        Prerequisites.Require(Repository.Fixture(build));
        using var target = await Target.Start(build, string.Join(',', kinds));

        var report = (await HudProgram.Watch(target.Pid, 8)).Report;

        var waits = new Comparison(target.Truth, report).Found;
        Assert.Equal(kinds.Length, waits.Select(m => m.Call.Holder).Distinct().Count());
        foreach (var group in waits.GroupBy(m => (Group: m.Group!, m.Call.Holder)))
        {
            var holders = group.Key.Group.HeldBy ?? [];
            var named = holders.Where(h => h.Culprit.Function.Contains(group.Key.Holder!, StringComparison.Ordinal)).Sum(h => h.Count);
            output.WriteLine($"{group.Key.Holder}: {named} of {group.Count()}");
            Assert.True(named >= 0.95 * group.Count(), $"{group.Key.Holder} is named for {named} of {group.Count()} waits; reported are " +
                string.Join(", ", holders.Select(h => $"{h.Culprit.Function} {h.Count}")));
        }
    }

    /// <summary>A task that a timer wakes: the worker that waited for timers and I/O runs it, and nothing wakes the other one.</summary>
    [Fact]
    public async Task Driver_stall_is_reported()
    {
        Prerequisites.Require(Repository.Fixture("release-debug"));
        using var target = await Target.Start("release-debug", "churn", "--ms", "53");

        var report = (await HudProgram.Watch(target.Pid, 6)).Report;

        var comparison = new Comparison(target.Truth, report);
        var stalls = report.DriverStalls ?? [];
        var unseen = comparison.Required
            .Where(m => !stalls.Any(s => m.Call.OverlapNs(s.StartNs, s.StartNs + s.DurationNs) * 2 >= m.Call.WallNs))
            .ToList();
        output.WriteLine($"{stalls.Count} stalls for {comparison.Required.Count} calls, {unseen.Count} unseen");
        Assert.NotEmpty(comparison.Required);
        Assert.True(unseen.Count <= comparison.Required.Count / 50, string.Join('\n', unseen.Select(m => $"{m.Call} unseen")));
    }

    [Fact]
    public async Task Driver_stall_names_no_code_where_nothing_blocks()
    {
        Prerequisites.Require(Repository.Fixture("release"));
        using var target = await Target.Start("release", "block-in-place,spawn-blocking,light,root");

        var report = (await HudProgram.Watch(target.Pid, 4)).Report;

        // Where the machine is busy, I/O may wait for a CPU like everything else; then no code is named.
        Assert.All(report.DriverStalls ?? [], stall => Assert.Null(stall.Blocker));
    }
}
