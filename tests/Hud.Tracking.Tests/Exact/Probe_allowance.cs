using Hud.Tracking.Calibration;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Exact;

public sealed class Probe_allowance
{
    private const long Second = 1_000_000_000;
    private const long Drain = 20_000_000;

    [Theory]
    [InlineData(0.009, false)]
    [InlineData(0.011, true)]
    public void What_costs_more_than_its_share_overdraws_in_the_end(double cost, bool overdrawn)
    {
        var allowance = Begun();

        var at = Spend(allowance, 0, 60 * Second, cost);

        Assert.Equal(overdrawn, at < 60 * Second);
    }

    [Fact]
    public void Rate_that_rises_after_a_quiet_hour_is_noticed_at_once()
    {
        var allowance = Begun();
        Assert.Equal(3600 * Second, Spend(allowance, 0, 3600 * Second, 0));

        var at = Spend(allowance, 3600 * Second, 3700 * Second, 0.5);

        // Two seconds' worth of reserve, and the drain in which it runs out.
        Assert.InRange(at - 3600 * Second, 0, 3 * Drain);
    }

    [Fact]
    public void Busy_target_earns_by_its_own_cpu_time()
    {
        var allowance = Begun();
        for (var ns = Drain; ns < 60 * Second; ns += Drain)
            allowance.Update(ns, 4 * ns, 0, (long)(0.035 * ns));

        Assert.False(allowance.IsOverdrawn);
        Assert.Equal(0.035, allowance.Share, 3);
    }

    [Fact]
    public void Rests_earn_what_was_overdrawn_and_double()
    {
        var allowance = Begun();
        allowance.Update(Second, Second, 1000, 500_000_000);
        Assert.True(allowance.IsOverdrawn);
        allowance.Rest(Second);
        // On their way out the probes cost as much again.
        allowance.Update(40 * Second, 0, 2000, 800_000_000);
        Assert.False(allowance.MayTryAgain(40 * Second));
        allowance.Update(77 * Second, 0, 2000, 800_000_000);
        Assert.False(allowance.MayTryAgain(77 * Second));
        allowance.Update(82 * Second, 0, 2000, 800_000_000);
        Assert.True(allowance.MayTryAgain(82 * Second));

        allowance.Begin(100 * Second, 0, 2000, 800_000_000);
        Assert.False(allowance.IsOverdrawn);
        Assert.False(allowance.MayTryAgain(long.MaxValue - 1));
        allowance.Update(101 * Second, 0, 3000, 900_000_000);
        allowance.Rest(101 * Second);
        allowance.Update(120 * Second, 0, 3000, 900_000_000);
        Assert.False(allowance.MayTryAgain(120 * Second));
        Assert.True(allowance.MayTryAgain(121 * Second));
    }

    [Fact]
    public void Probe_of_calibration_rests_until_its_cost_is_within_its_share_and_sooner_where_nobody_waits()
    {
        const ulong HitNs = ProbeCost.TrapNs + ProbeCost.ProgramNs;
        var budget = new ProbeBudget(0.01);
        budget.Begin(0);
        var began = MonotonicClock.NowNs;
        const ulong Calls = 100_000_000 / HitNs;

        Assert.False(budget.HasChanged(Calls, began + Second / 2));
        Assert.True(budget.HasChanged(Calls, began + 2 * Second));
        Assert.True(budget.IsResting);
        Assert.False(budget.HasChanged(Calls, began + 9 * Second));
        Assert.True(budget.HasChanged(Calls, began + 11 * Second));
        Assert.False(budget.IsResting);
        Assert.False(budget.HasChanged(2 * Calls, began + 12 * Second));

        var relaxed = new ProbeBudget(0.01);
        relaxed.Begin(0);
        began = MonotonicClock.NowNs;
        Assert.False(relaxed.HasChanged(Calls, began));
        relaxed.Relax(Second / 10, began + Second / 10);
        Assert.False(relaxed.HasChanged(Calls, began + Second / 5));
        Assert.True(relaxed.HasChanged(Calls, began + Second / 5 + 1_000_000));
        Assert.True(relaxed.HasChanged(Calls, began + 11 * Second));
        Assert.False(relaxed.HasChanged(2 * Calls, began + 11 * Second));
        Assert.True(relaxed.HasChanged(2 * Calls, began + 11 * Second + 30_000_000));

        var unlimited = new ProbeBudget(null);
        Assert.False(unlimited.HasChanged(Calls, began + Second));
        Assert.False(unlimited.HasChanged(Calls, began + 3 * Second));
    }

    [Fact]
    public void Clock_of_a_process_counts_its_cpu_time()
    {
        var clock = new ProcessCpuClock(Environment.ProcessId);
        var before = clock.NowNs;
        var spun = 0u;
        while (Environment.CpuUsage.TotalTime.TotalNanoseconds < before + 30e6)
            spun++;

        Assert.True(before > 0 && spun > 0);
        Assert.InRange(clock.NowNs - before, 10_000_000, long.MaxValue);
        Assert.Equal(0, new ProcessCpuClock(int.MaxValue >> 3).NowNs);
    }

    private static ProbeAllowance Begun()
    {
        var allowance = new ProbeAllowance(0.01);
        allowance.Begin(0, 0, 0, 0);
        return allowance;
    }

    private long _spentNs;

    /// <summary>Until it is overdrawn or the time is over.</summary>
    private long Spend(ProbeAllowance allowance, long fromNs, long toNs, double cost)
    {
        for (var ns = fromNs; ns < toNs; ns += Drain)
        {
            _spentNs += (long)(cost * Drain);
            allowance.Update(ns + Drain, ns / 10, 0, _spentNs);
            if (allowance.IsOverdrawn)
                return ns + Drain;
        }
        return toNs;
    }
}
