using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>What calibration has done to the target so far.</summary>
/// <param name="Hits">Of its probes.</param>
/// <param name="Samples">Timer interrupts.</param>
/// <param name="ProgramNs">All that its programs took, at probes and elsewhere; null where the kernel does not tell.</param>
internal readonly record struct ProbeUse(long Hits, long Samples, long? ProgramNs);

/// <summary>
/// When calibration's probes are in place. They stay where the program runs into them now and then; where it does so all the
/// time they are put in for rounds of a few milliseconds, each once it can be afforded, and what a round can tell is taken
/// down more densely.
/// </summary>
/// <param name="allowance">Null where every poll is probed anyway.</param>
/// <param name="trap">What a probe costs the target beside its program, see <see cref="ProbeCost"/>.</param>
/// <param name="sampleNs">What a sample costs the target beside its program, see <see cref="TimerCost"/>; paid for where the program is busy.</param>
/// <param name="isStepped">The kernel steps the instruction under most of the probes, see <see cref="Hud.Target.ProbeSpot"/>.</param>
internal sealed class ProbePace(ProbeAllowance? allowance, Func<TrapPrice> trap, Func<long> sampleNs, bool isStepped = false)
{
    /// <summary>Of a round in which something happens, and of one that waits for a burst of polls.</summary>
    private const long RoundNs = 5_000_000, LongestRoundNs = 50_000_000;

    private const long HitsOfRound = 1_000;

    /// <summary>What a round costs where none has been yet, and the most that one may.</summary>
    private const long FirstRoundCostNs = 2_000_000, MostRoundCostNs = 4_000_000;

    /// <summary>What is watched while the probes are out may cost so much until they are back: it must not eat up the next round.</summary>
    private const long MostRestCostNs = 1_000_000;

    /// <summary>A rate is told from so many hits, or over so long.</summary>
    private const long HitsToTell = 40, NsToTell = 12_000_000;

    /// <summary>Probes that were affordable for so long are taken for affordable.</summary>
    private const long CalmNs = 200_000_000;

    /// <summary>Hits that follow each other faster than that find everything in the caches.</summary>
    private const long WarmNs = 20_000;

    /// <summary>Where every poll is timed meanwhile and no scheduler has shown yet: such a look, so often.</summary>
    private const long LookNs = 100_000_000, LookEveryNs = 1_000_000_000;

    /// <summary>The program that a hit runs, and its share of what is recorded then and at samples; where the kernel does not tell.</summary>
    private const long ProgramNs = 1_100;

    private long _beganNs, _beganHits, _beganSpentNs, _restSpentNs, _paidAtNs;
    private bool _areLeaving;
    private long _restedNs;
    private long _roundCostNs = FirstRoundCostNs;
    private ProbeUse _paid = new(0, 0, 0);
    private (long NowNs, long Hits) _last;
    private long? _calmSinceNs;

    public bool IsResting { get; private set; }

    /// <summary>Probes are in place for a round at a time: more cannot be afforded for long.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Probes have been in place for a while and may stay. A round alone may fall into a moment in which the program does not get to run.</summary>
    public bool IsCalm => !IsBusy && !IsResting && _last.NowNs - _calmSinceNs >= CalmNs;

    /// <summary>What the target has paid so far, the programs included.</summary>
    public long SpentNs { get; private set; }

    /// <summary>The exceptions' part of it.</summary>
    public long TrapNs { get; private set; }

    /// <summary>Nothing is to be learnt for now, only whether there is something: probes are in place for a look now and then.</summary>
    public bool OnlyLooks { get; set; }

    /// <summary>The next round can be paid.</summary>
    public bool CanGoOn => allowance is null || allowance.Affords(_roundCostNs);

    /// <summary>It is time for the next round, if it can be paid.</summary>
    public bool IsDue(long nowNs) => !OnlyLooks || nowNs - _restedNs >= LookEveryNs;

    /// <summary>While the probes are out something else may still be watched.</summary>
    public bool MayWatchAtRest => allowance is null || SpentNs - _restSpentNs < MostRestCostNs;

    /// <summary>Probes are put in.</summary>
    /// <param name="hits">Of probes, so far.</param>
    public void Begin(long nowNs, long hits)
    {
        (_beganNs, _beganHits, _beganSpentNs, IsResting) = (nowNs, hits, SpentNs, false);
        _calmSinceNs = IsBusy ? nowNs : _calmSinceNs ?? nowNs;
        _last = (nowNs, hits);
    }

    /// <summary>Pays for what has happened. True when a round has told enough, or has cost enough.</summary>
    public bool IsRoundOver(long nowNs, ProbeUse use)
    {
        Pay(nowNs, use);
        var hits = use.Hits - _beganHits;
        return hits >= HitsOfRound || nowNs - _beganNs >= (hits >= HitsToTell ? RoundNs : LongestRoundNs) ||
            (allowance is not null && SpentNs - _beganSpentNs >= MostRoundCostNs);
    }

    /// <summary>Pays for what has happened. True when the probes are to be taken out, so often has the program run into them.</summary>
    public bool Account(long nowNs, ProbeUse use)
    {
        Pay(nowNs, use);
        var (elapsedNs, more) = (nowNs - _last.NowNs, use.Hits - _last.Hits);
        if (elapsedNs >= NsToTell || more >= HitsToTell || IsBusy)
        {
            IsBusy = more >= HitsToTell && more * (PriceOfTrap(isWarm: false) + ProgramNs) > elapsedNs * allowance?.Share;
            _last = (nowNs, use.Hits);
        }
        var isTooMuch = IsBusy || allowance is { IsOverdrawn: true };
        if (isTooMuch)
            _calmSinceNs = nowNs;
        return isTooMuch || (OnlyLooks && nowNs - _beganNs >= LookNs);
    }

    public void Rest(long nowNs)
    {
        (IsResting, _areLeaving, _restedNs) = (true, true, nowNs);
        EndRound();
    }

    /// <summary>Pays for what has happened while probes are out or on their way out, which the next round is to afford, too.</summary>
    public void PayAtRest(long nowNs, ProbeUse use, bool areLeaving)
    {
        Pay(nowNs, use);
        if (_areLeaving)
            EndRound();
        _areLeaving &= areLeaving;
    }

    private void EndRound()
    {
        _roundCostNs = Math.Max(SpentNs - _beganSpentNs, FirstRoundCostNs / 2);
        _restSpentNs = SpentNs;
    }

    private void Pay(long nowNs, ProbeUse use)
    {
        var hits = use.Hits - _paid.Hits;
        var trapNs = hits * PriceOfTrap(isWarm: hits * WarmNs > nowNs - _paidAtNs);
        // Elsewhere a poll that computes would use up the allowance within milliseconds, and nothing would be learnt for long.
        var samplesNs = IsBusy && use.Samples > _paid.Samples ? (use.Samples - _paid.Samples) * sampleNs() : 0;
        var price = trapNs + samplesNs + (use.ProgramNs - _paid.ProgramNs ?? hits * ProgramNs);
        (_paid, _paidAtNs) = (use, nowNs);
        TrapNs += trapNs;
        SpentNs += price;
        allowance?.Spend(price);
    }

    private long PriceOfTrap(bool isWarm)
    {
        var price = trap();
        return isStepped ? price.SteppedNs : isWarm ? price.WarmNs : price.Ns;
    }
}
