using Hud.Tracking.Calibration;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Calibration;

public sealed class Probe_pace
{
    private const long Ms = 1_000_000;
    private const long SampleNs = 20_000;

    private static readonly TrapPrice s_trap = new(2_500, 900, 25_000);

    private readonly ProbeAllowance _allowance = new(0.01);
    private readonly ProbePace _pace;
    private long _nowNs, _hits, _programNs;
    private int _nsOfProgram = 1_100;

    public Probe_pace()
    {
        _pace = new ProbePace(_allowance, () => s_trap, () => SampleNs);
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
    [InlineData(5_000, 1_100)]
    [InlineData(50_000, 1_100)]
    [InlineData(50_000, 30_000)]
    [InlineData(1_000_000, 1_100)]
    public void A_busy_program_pays_no_more_than_its_share_over_time(int hitsPerSecond, int programNs)
    {
        const long Seconds = 30;
        _nsOfProgram = programNs;
        var rounds = 0;
        while (_nowNs < Seconds * 1000 * Ms)
        {
            if (_pace.IsResting && !_pace.CanGoOn)
            {
                Pass(20 * Ms, 0);
                if (_pace.MayWatchAtRest)
                    _programNs += Ms / 5;
                _pace.PayAtRest(_nowNs, Use, areLeaving: false);
                continue;
            }
            if (_pace.IsResting)
                _pace.Begin(_nowNs, _hits);
            do
                Pass(Ms, hitsPerSecond);
            while (_pace.IsBusy && !_pace.IsRoundOver(_nowNs, Use));
            if (_pace.Account(_nowNs, Use))
            {
                _pace.Rest(_nowNs);
                Pass(Ms, hitsPerSecond);
                _pace.PayAtRest(_nowNs, Use, areLeaving: true);
            }
            rounds++;
            // An advance, and the first rounds tell what one costs.
            Assert.InRange(_pace.SpentNs, 0, _nowNs < 2000 * Ms ? 20 * Ms : _nowNs / 100);
        }

        Assert.Equal(_pace.TrapNs + _programNs, _pace.SpentNs);
        Assert.InRange(_pace.TrapNs, _hits * s_trap.WarmNs, long.MaxValue);
        Assert.InRange(rounds, 20, 20_000);
    }

    [Fact]
    public void A_round_ends_with_its_hits_or_its_time()
    {
        Assert.False(Started().IsRoundOver(4 * Ms, new ProbeUse(999, 0, 0)));
        Assert.True(Started().IsRoundOver(4 * Ms, new ProbeUse(1000, 0, 0)));
        Assert.True(Started().IsRoundOver(5 * Ms, new ProbeUse(40, 0, 0)));
        Assert.False(Started().IsRoundOver(49 * Ms, new ProbeUse(39, 0, 0)));
        Assert.True(Started().IsRoundOver(50 * Ms, new ProbeUse(39, 0, 0)));
    }

    [Fact]
    public void A_round_ends_with_what_it_may_cost()
    {
        Assert.False(Started().IsRoundOver(Ms, new ProbeUse(10, 0, 3 * Ms)));
        Assert.True(Started().IsRoundOver(Ms, new ProbeUse(10, 0, 4 * Ms)));
        Assert.False(Started().IsRoundOver(Ms, new ProbeUse(10, 200, 0)));
    }

    [Fact]
    public void Programs_are_reckoned_by_the_hits_where_the_kernel_does_not_tell()
    {
        Assert.False(_pace.Account(Ms, new ProbeUse(10, 0, null)));
        Assert.Equal(_pace.TrapNs + 10 * 1_100, _pace.SpentNs);
    }

    [Fact]
    public void Samples_are_paid_for_in_a_busy_program()
    {
        _nowNs = Ms / 10;
        Assert.True(_pace.Account(_nowNs, new ProbeUse(40, 50, 0)));
        Assert.Equal(_pace.TrapNs, _pace.SpentNs);
        Assert.True(_pace.Account(_nowNs, new ProbeUse(80, 60, 0)));
        Assert.Equal(_pace.TrapNs + 10 * SampleNs, _pace.SpentNs);
    }

    [Fact]
    public void What_is_watched_at_rest_leaves_something_for_the_next_round()
    {
        _pace.Rest(_nowNs);
        _pace.PayAtRest(Ms, new ProbeUse(0, 0, 2 * Ms), areLeaving: false);
        Assert.True(_pace.MayWatchAtRest);
        _pace.PayAtRest(Ms, new ProbeUse(0, 0, 3 * Ms), areLeaving: false);
        Assert.False(_pace.MayWatchAtRest);
        _pace.Begin(2 * Ms, 0);
        _pace.Rest(_nowNs);
        Assert.True(_pace.MayWatchAtRest);
    }

    [Fact]
    public void Next_round_affords_what_the_last_took_on_its_way_out()
    {
        _allowance.Earn(10_000 * Ms, 0);
        _pace.Rest(_nowNs);
        Assert.True(_pace.CanGoOn);
        _pace.PayAtRest(Ms, new ProbeUse(0, 0, 4 * Ms), areLeaving: true);
        _pace.PayAtRest(2 * Ms, new ProbeUse(0, 0, 5 * Ms), areLeaving: false);
        _pace.PayAtRest(3 * Ms, new ProbeUse(0, 0, 5 * Ms), areLeaving: false);
        Assert.False(_pace.CanGoOn);
        _allowance.Earn(10_100 * Ms, 0);
        Assert.True(_pace.CanGoOn);
    }

    [Fact]
    public void A_look_now_and_then_is_enough_where_nothing_is_to_be_learnt()
    {
        _pace.OnlyLooks = true;
        Assert.False(_pace.Account(99 * Ms, Use));
        Assert.True(_pace.Account(100 * Ms, Use));
        _pace.Rest(100 * Ms);
        Assert.True(_pace.CanGoOn);
        Assert.False(_pace.IsDue(1099 * Ms));
        Assert.True(_pace.IsDue(1100 * Ms));
        _pace.OnlyLooks = false;
        Assert.True(_pace.IsDue(200 * Ms));
        Assert.False(_pace.Account(2000 * Ms, Use));
    }

    [Fact]
    public void A_few_polls_at_once_are_not_busy_and_many_are()
    {
        Pass(Ms / 10, 0);
        _hits += 39;
        Assert.False(_pace.Account(_nowNs, Use));
        _hits += 1;
        Assert.True(_pace.Account(_nowNs, Use));
        Assert.True(_pace.IsBusy);
        _pace.Rest(_nowNs);
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
        var pace = new ProbePace(null, () => s_trap, () => SampleNs);
        pace.Begin(0, 0);

        Assert.False(pace.Account(1000 * Ms, new ProbeUse(10_000_000, 0, 10_000 * Ms)));
        Assert.False(pace.IsBusy);
        Assert.True(pace.CanGoOn);
        Assert.True(pace.MayWatchAtRest);
    }

    private ProbeUse Use => new(_hits, 0, _programNs);

    private static ProbePace Started()
    {
        var pace = new ProbePace(new ProbeAllowance(0.01), () => s_trap, () => SampleNs);
        pace.Begin(0, 0);
        return pace;
    }

    private void Pass(long ns, int hitsPerSecond)
    {
        _nowNs += ns;
        var hits = ns / 1000 * hitsPerSecond / 1_000_000;
        _hits += hits;
        _programNs += hits * _nsOfProgram;
        _allowance.Earn(_nowNs, 0);
    }

    private bool Run(long ns, int hitsPerSecond)
    {
        Pass(ns, hitsPerSecond);
        return _pace.Account(_nowNs, Use);
    }
}
