namespace Hud.Tracking.Sampled;

/// <summary>
/// Whether the kernel's scheduler ticks do for samples: where timers of hud's own cost much, as on most virtual machines, and
/// no poll computes for long. Where one does, it is over before the next tick, or not, by chance.
/// </summary>
/// <param name="tickNs">Distance of two ticks, 0 unknown.</param>
/// <param name="periodNs">Distance of two samples in their place.</param>
/// <param name="sampleNs">What such a sample costs the thread beside its program.</param>
internal sealed class TickChoice(long tickNs, long periodNs, Func<long> sampleNs)
{
    private const long KeepAwayNs = 30_000_000_000, ForgetNs = 2_000_000_000;

    /// <summary>Samples that take no more than this part of a thread's time are cheap.</summary>
    private const int CheapPart = 200;

    /// <summary>A CPU without ticks (nohz_full) has thousands in that time; one that the host took away for a while a few.</summary>
    private const int MostLongGaps = 20;

    private long _awayUntilNs = long.MinValue, _forgetNs = long.MinValue;
    private long _computed, _longGaps;
    private bool _isRuledOut;

    /// <summary>Own time from which a poll counts as blocking.</summary>
    public long ThresholdNs { get; set; }

    /// <summary>Looks that far apart would tell too little.</summary>
    public void RuleOut() => _isRuledOut = true;

    /// <param name="computed">Looks so far that met a poll which had computed for long.</param>
    /// <param name="longGaps">Times so far that a thread ran for several ticks without a look.</param>
    public bool Serves(long nowNs, long computed, long longGaps)
    {
        if (computed != _computed)
            (_computed, _awayUntilNs) = (computed, nowNs + KeepAwayNs);
        if (longGaps - _longGaps > MostLongGaps)
            _isRuledOut = true;
        if (nowNs >= _forgetNs)
            (_longGaps, _forgetNs) = (longGaps, nowNs + ForgetNs);
        return !_isRuledOut && nowNs >= _awayUntilNs && tickNs > 0 && tickNs <= ThresholdNs - periodNs && sampleNs() * CheapPart > periodNs;
    }
}
