using Hud.Tracking.Calibration;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Calibration;

public sealed class Probe_pace
{
    private const long Ms = 1_000_000;

    private readonly ProbeAllowance _allowance = new(0.01);
    private readonly ProbePace _pace;
    private long _nowNs, _hits;

    public Probe_pace()
    {
        _pace = new ProbePace(_allowance);
        _allowance.Earn(0, 0);
        _pace.Begin(0, 0);
    }

    [Fact]
    public void Probes_stay_in_a_program_that_polls_now_and_then()
    {
        for (var i = 0; i < 1000; i++)
            Assert.False(Run(20 * Ms, hitsPerSecond: 2_000));
        Assert.False(_pace.IsBusy);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(50_000)]
    [InlineData(1_000_000)]
    public void A_busy_program_pays_no_more_than_its_share_over_time(int hitsPerSecond)
    {
        const long Seconds = 30;
        var rounds = 0;
        while (_nowNs < Seconds * 1000 * Ms)
        {
            if (_pace.IsResting && !_pace.CanGoOn)
            {
                Pass(20 * Ms, 0);
                continue;
            }
            if (_pace.IsResting)
                _pace.Begin(_nowNs, _hits);
            do
                Pass(Ms, hitsPerSecond);
            while (_pace.IsBusy && !_pace.IsRoundOver(_nowNs, _hits));
            if (_pace.Account(_nowNs, _hits))
                _pace.Rest();
            rounds++;
            // What is there in advance, and what a round may overdraw.
            Assert.InRange(_pace.SpentNs, 0, Math.Max(_nowNs / 100, 5 * Ms) + 5 * Ms);
        }

        Assert.InRange(_pace.SpentNs, _hits * ProbeCost.WarmTrapNs, long.MaxValue);
        Assert.InRange(rounds, 20, 20_000);
    }

    [Fact]
    public void A_round_ends_with_its_hits_or_its_time()
    {
        Assert.False(_pace.IsRoundOver(4 * Ms, 999));
        Assert.True(_pace.IsRoundOver(4 * Ms, 1000));
        Assert.True(_pace.IsRoundOver(5 * Ms, 40));
        Assert.False(_pace.IsRoundOver(49 * Ms, 39));
        Assert.True(_pace.IsRoundOver(50 * Ms, 39));
    }

    [Fact]
    public void A_few_polls_at_once_are_not_busy_and_many_are()
    {
        Pass(Ms / 10, 0);
        _hits += 39;
        Assert.False(_pace.Account(_nowNs, _hits));
        _hits += 1;
        Assert.True(_pace.Account(_nowNs, _hits));
        Assert.True(_pace.IsBusy);
        _pace.Rest();
        _pace.Begin(_nowNs, _hits);

        // A round without any: the program has come to rest or does not get to run, and the probes may stay.
        Assert.False(Run(50 * Ms, 0));
        Assert.False(_pace.IsBusy);
        Assert.False(_pace.IsCalm);
        Run(200 * Ms, 0);
        Assert.True(_pace.IsCalm);
    }

    [Fact]
    public void Without_an_allowance_probes_never_rest()
    {
        var pace = new ProbePace(null);
        pace.Begin(0, 0);

        Assert.False(pace.Account(1000 * Ms, 10_000_000));
        Assert.False(pace.IsBusy);
        Assert.True(pace.CanGoOn);
    }

    private void Pass(long ns, int hitsPerSecond)
    {
        _nowNs += ns;
        _hits += ns / 1000 * hitsPerSecond / 1_000_000;
        _allowance.Earn(_nowNs, 0);
    }

    private bool Run(long ns, int hitsPerSecond)
    {
        Pass(ns, hitsPerSecond);
        return _pace.Account(_nowNs, _hits);
    }
}
