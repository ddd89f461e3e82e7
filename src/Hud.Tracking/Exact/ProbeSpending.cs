using Hud.Tracking.Kernel;

namespace Hud.Tracking.Exact;

/// <summary>What the exact tracker's probes take out of an allowance, and when they may be tried again after they took too much.</summary>
internal sealed class ProbeSpending(ProbeAllowance allowance)
{
    private const long FirstRestNs = 10_000_000_000;
    private const long LongestRestNs = 600_000_000_000;

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
        _spentNs = spentNs;
        (_begunNs, _begunSpentNs, _begunHits) = (nowNs, spentNs, hits);
        _restEndsNs = long.MaxValue;
    }

    /// <summary>To be called while probes rest, too: the kernel takes a while to remove them.</summary>
    /// <param name="hits">Of probes, so far.</param>
    /// <param name="spentNs">On probes and BPF programs, so far.</param>
    public void Update(long nowNs, long hits, long spentNs)
    {
        allowance.Spend(spentNs - _spentNs);
        _spentNs = spentNs;
        var elapsed = Math.Max(1, nowNs - _begunNs);
        HitsPerSecond = (hits - _begunHits) * 1e9 / elapsed;
        Share = (spentNs - _begunSpentNs) / (double)elapsed;
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
