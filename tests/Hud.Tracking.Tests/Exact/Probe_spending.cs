using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Exact;

public sealed class Probe_spending
{
    private const long Second = 1_000_000_000;
    private const long Drain = 20_000_000;

    private readonly ProbeAllowance _allowance = new(0.01);
    private readonly ProbeSpending _spending;
    private long _spentNs;

    public Probe_spending()
    {
        _spending = new ProbeSpending(_allowance);
        _allowance.Earn(0, 0);
        _spending.Begin(0, 0, 0);
    }

    [Theory]
    [InlineData(0.009, false)]
    [InlineData(0.011, true)]
    public void What_costs_more_than_its_share_overdraws_in_the_end(double cost, bool overdrawn) =>
        Assert.Equal(overdrawn, Spend(0, 60 * Second, cost) < 60 * Second);

    [Fact]
    public void Rate_that_rises_after_a_quiet_hour_is_noticed_at_once()
    {
        Assert.Equal(3600 * Second, Spend(0, 3600 * Second, 0));

        var at = Spend(3600 * Second, 3700 * Second, 0.5);

        // A second's worth of reserve, and the drain in which it runs out.
        Assert.InRange(at - 3600 * Second, 0, 3 * Drain);
    }

    [Fact]
    public void Busy_target_earns_by_its_own_cpu_time()
    {
        for (var ns = Drain; ns < 60 * Second; ns += Drain)
            Update(ns, 4 * ns, 0, (long)(0.035 * ns));

        Assert.False(_allowance.IsOverdrawn);
        Assert.Equal(0.035, _spending.Share, 3);
    }

    [Fact]
    public void Rests_earn_what_was_overdrawn_and_double()
    {
        Update(Second, Second, 1000, 500_000_000);
        Assert.True(_allowance.IsOverdrawn);
        _spending.Rest(Second);
        // On their way out the probes cost as much again.
        Update(40 * Second, 0, 2000, 800_000_000);
        Assert.False(_spending.MayTryAgain(40 * Second));
        Update(82 * Second, 0, 2000, 800_000_000);
        Assert.False(_spending.MayTryAgain(82 * Second));
        Update(84 * Second, 0, 2000, 800_000_000);
        Assert.True(_spending.MayTryAgain(84 * Second));

        _spending.Begin(100 * Second, 2000, 800_000_000);
        Assert.False(_allowance.IsOverdrawn);
        Assert.False(_spending.MayTryAgain(long.MaxValue - 1));
        Update(101 * Second, 0, 3000, 900_000_000);
        _spending.Rest(101 * Second);
        Update(120 * Second, 0, 3000, 900_000_000);
        Assert.False(_spending.MayTryAgain(120 * Second));
        Assert.True(_spending.MayTryAgain(121 * Second));
    }

    [Fact]
    public void What_another_has_spent_is_missing()
    {
        Assert.True(_allowance.Affords(20_000_000));
        _allowance.Spend(5_000_000);
        Assert.False(_allowance.Affords(4_800_000));
        Assert.True(_allowance.Affords(4_700_000));

        Update(Second / 10, 0, 100, 6_000_000);

        Assert.True(_allowance.IsOverdrawn);
    }

    [Fact]
    public void Programs_beside_calibration_take_half_of_what_is_earned_at_most()
    {
        for (var ns = 2 * Drain; ns <= 10 * Second; ns += Drain)
        {
            _allowance.Earn(ns, 0);
            _spending.UpdateBeside(ns, ns);
        }
        Assert.True(_allowance.IsHalfFull);
        for (var ns = 10 * Second + Drain; ns <= 20 * Second; ns += Drain)
            _spending.UpdateBeside(ns, 10 * Second + (ns - 10 * Second) / 1000);
        // 9.7 ms were there.
        Assert.True(_allowance.IsOverdrawn);
        _allowance.Earn(11 * Second, 0);
        Assert.False(_allowance.IsOverdrawn);
    }

    [Theory]
    [InlineData(0.011)]
    [InlineData(0.1)]
    [InlineData(3)]
    public void Start_is_no_gift(double cost)
    {
        var at = Spend(0, 600 * Second, cost);

        // A second's worth is there in advance and given back within two, and what runs out within a drain may be more than that.
        Assert.InRange(_spentNs, 9_000_000, 0.0097 * Math.Max(at, Second + at / 2) + cost * Drain);
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

    private void Update(long nowNs, long cpuNs, long hits, long spentNs)
    {
        _allowance.Earn(nowNs, cpuNs);
        _spending.Update(nowNs, hits, spentNs);
    }

    /// <summary>Until it is overdrawn or the time is over.</summary>
    private long Spend(long fromNs, long toNs, double cost)
    {
        for (var ns = fromNs; ns < toNs; ns += Drain)
        {
            _spentNs += (long)(cost * Drain);
            Update(ns + Drain, ns / 10, 0, _spentNs);
            if (_allowance.IsOverdrawn)
                return ns + Drain;
        }
        return toNs;
    }
}
