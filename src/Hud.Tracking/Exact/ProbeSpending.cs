using Hud.Tracking.Kernel;

namespace Hud.Tracking.Exact;

/// <summary>What the exact tracker's probes take out of an allowance, and when they may be tried again after they took too much.</summary>
internal sealed class ProbeSpending(ProbeAllowance allowance)
{
    private const long FirstRestNs = 10_000_000_000;
    private const long LongestRestNs = 600_000_000_000;

    /// <summary>
    /// Of what is earned the tracker's own programs take so much while no probe of theirs serves: where they alone take all that
    /// may be spent, a layout is to be found none the less.
    /// </summary>
    private const double MostBeside = 0.5;

    private long? _updatedNs;
    private long _spentNs;
    private long _begunNs, _begunSpentNs, _begunHits;
    private long _restNs = FirstRestNs / 2, _restEndsNs = long.MaxValue;

    /// <summary>Probe hits a second since the last <see cref="Begin"/>.</summary>
    public double HitsPerSecond { get; private set; }

    /// <summary>What was spent since the last <see cref="Begin"/>, over the time that passed.</summary>
    public double Share { get; private set; }

    /// <summary>Probes are put in. What was overdrawn before stays so.</summary>
    public void Begin(long nowNs, long hits, long spentNs)
    {
        (_updatedNs, _spentNs) = (nowNs, spentNs);
        (_begunNs, _begunSpentNs, _begunHits) = (nowNs, spentNs, hits);
        _restEndsNs = long.MaxValue;
    }

    /// <summary>To be called while probes rest, too: the kernel takes a while to remove them.</summary>
    /// <param name="hits">Of probes, so far.</param>
    /// <param name="spentNs">On probes and BPF programs, so far.</param>
    public void Update(long nowNs, long hits, long spentNs)
    {
        allowance.Spend(spentNs - _spentNs);
        (_updatedNs, _spentNs) = (nowNs, spentNs);
        var elapsed = Math.Max(1, nowNs - _begunNs);
        HitsPerSecond = (hits - _begunHits) * 1e9 / elapsed;
        Share = (spentNs - _begunSpentNs) / (double)elapsed;
    }

    /// <summary>To be called while calibration alone has probes: the programs of the tracker that serves meanwhile, or is about to, count beside it.</summary>
    /// <inheritdoc cref="Update"/>
    public void UpdateBeside(long nowNs, long spentNs)
    {
        if (_updatedNs is { } sinceNs)
            allowance.Spend(Math.Min(spentNs - _spentNs, MostBeside * allowance.Share * (nowNs - sinceNs)));
        (_updatedNs, _spentNs) = (nowNs, spentNs);
    }

    /// <summary>Probes are taken out. Each rest is twice as long as the last.</summary>
    public void Rest(long nowNs)
    {
        _restNs = Math.Min(LongestRestNs, 2 * _restNs);
        _restEndsNs = nowNs + _restNs;
    }

    /// <summary>The rest is over and what was overdrawn is earned: it may be tried again.</summary>
    public bool MayTryAgain(long nowNs) => nowNs >= _restEndsNs && allowance.IsHalfFull;
}
