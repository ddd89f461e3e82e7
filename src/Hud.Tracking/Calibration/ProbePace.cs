using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// When calibration's probes are in place. They stay where the program runs into them now and then; where it does so all the
/// time they are put in for rounds of a few milliseconds, each once it can be afforded, and what a round can tell is taken
/// down more densely.
/// </summary>
/// <param name="allowance">Null where every poll is probed anyway.</param>
/// <param name="isStepped">The kernel steps the instruction under most of the probes, see <see cref="Hud.Target.ProbeSpot"/>.</param>
internal sealed class ProbePace(ProbeAllowance? allowance, bool isStepped = false)
{
    /// <summary>Of a round in which something happens, and of one that waits for a burst of polls.</summary>
    private const long RoundNs = 5_000_000, LongestRoundNs = 50_000_000;

    private const long HitsOfRound = 1_000;

    /// <summary>A rate is told from so many hits, or over so long.</summary>
    private const long HitsToTell = 40, NsToTell = 12_000_000;

    /// <summary>Probes that were affordable for so long are taken for affordable.</summary>
    private const long CalmNs = 200_000_000;

    /// <summary>Hits that follow each other faster than that find everything in the caches.</summary>
    private const long WarmNs = 20_000;

    /// <summary>The program that a hit runs, and its share of what is recorded then and at samples.</summary>
    private const long ProgramNs = 1_100;

    private readonly long _hitNs = ProgramNs + (isStepped ? ProbeCost.SteppedTrapNs : ProbeCost.TrapNs);
    private readonly long _warmHitNs = ProgramNs + (isStepped ? ProbeCost.SteppedTrapNs : ProbeCost.WarmTrapNs);

    private long _beganNs, _beganHits, _paidHits, _paidAtNs;
    private (long NowNs, long Hits) _last;
    private long? _calmSinceNs;

    public bool IsResting { get; private set; }

    /// <summary>Probes are in place for a round at a time: more cannot be afforded for long.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Probes have been in place for a while and may stay. A round alone may fall into a moment in which the program does not get to run.</summary>
    public bool IsCalm => !IsBusy && !IsResting && _last.NowNs - _calmSinceNs >= CalmNs;

    /// <summary>What the hits have cost the target so far, the programs that they ran included.</summary>
    public long SpentNs { get; private set; }

    /// <summary>The part of it that the kernel's statistics of BPF programs do not show.</summary>
    public long TrapNs => SpentNs - _paidHits * ProgramNs;

    /// <summary>The next round can be paid.</summary>
    public bool CanGoOn => allowance is null || allowance.Affords(HitsOfRound * _warmHitNs);

    /// <summary>Probes are put in.</summary>
    /// <param name="hits">Of probes, so far.</param>
    public void Begin(long nowNs, long hits)
    {
        (_beganNs, _beganHits, IsResting) = (nowNs, hits, false);
        _calmSinceNs = IsBusy ? nowNs : _calmSinceNs ?? nowNs;
        _last = (nowNs, hits);
    }

    public bool IsRoundOver(long nowNs, long hits) =>
        hits - _beganHits >= HitsOfRound || nowNs - _beganNs >= (hits - _beganHits >= HitsToTell ? RoundNs : LongestRoundNs);

    /// <summary>Pays for the hits. True when the probes are to be taken out, so often has the program run into them.</summary>
    public bool Account(long nowNs, long hits)
    {
        Pay(nowNs, hits);
        var (elapsedNs, more) = (nowNs - _last.NowNs, hits - _last.Hits);
        if (elapsedNs >= NsToTell || more >= HitsToTell || IsBusy)
        {
            IsBusy = more >= HitsToTell && more * _hitNs > elapsedNs * allowance?.Share;
            _last = (nowNs, hits);
        }
        var isTooMuch = IsBusy || allowance is { IsOverdrawn: true };
        if (isTooMuch)
            _calmSinceNs = nowNs;
        return isTooMuch;
    }

    public void Rest() => IsResting = true;

    private void Pay(long nowNs, long hits)
    {
        var more = hits - _paidHits;
        var price = more * (more * WarmNs > nowNs - _paidAtNs ? _warmHitNs : _hitNs);
        (_paidHits, _paidAtNs) = (hits, nowNs);
        SpentNs += price;
        allowance?.Spend(price);
    }
}
