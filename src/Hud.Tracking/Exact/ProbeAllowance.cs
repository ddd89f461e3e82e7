namespace Hud.Tracking.Exact;

/// <summary>
/// What probes may cost: a share of the CPU time that the target uses, or of one CPU where it uses less than that. Grows as
/// time passes, up to a small reserve, so that a quiet hour does not pay for a busy minute.
/// </summary>
internal sealed class ProbeAllowance(double share)
{
    /// <summary>Reserve, in time during which its share is earned: short bursts of polls are no reason to give up.</summary>
    private const double ReserveNs = 2e9;

    private const long FirstRestNs = 10_000_000_000;
    private const long LongestRestNs = 600_000_000_000;

    private double _leftNs = share * ReserveNs;
    private long _atNs, _cpuNs, _spentNs;
    private long _begunNs, _begunSpentNs, _begunHits;
    private long _restNs = FirstRestNs / 2, _restEndsNs = long.MaxValue;

    /// <summary>More was spent than there was.</summary>
    public bool IsOverdrawn => _leftNs < 0;

    /// <summary>Probe hits a second since the last <see cref="Begin"/>.</summary>
    public double HitsPerSecond { get; private set; }

    /// <summary>What was spent since the last <see cref="Begin"/>, over the time that passed.</summary>
    public double Share { get; private set; }

    /// <summary>Probes are put in. What was overdrawn before stays so.</summary>
    public void Begin(long nowNs, long cpuNs, long hits, long spentNs)
    {
        (_atNs, _cpuNs, _spentNs) = (nowNs, cpuNs, spentNs);
        (_begunNs, _begunSpentNs, _begunHits) = (nowNs, spentNs, hits);
        _restEndsNs = long.MaxValue;
    }

    /// <summary>To be called while probes rest, too: the kernel takes a while to remove them.</summary>
    /// <param name="cpuNs">CPU time of the target so far.</param>
    /// <param name="hits">Of probes, so far.</param>
    /// <param name="spentNs">On probes and BPF programs, so far.</param>
    public void Update(long nowNs, long cpuNs, long hits, long spentNs)
    {
        var earned = share * Math.Max(nowNs - _atNs, cpuNs - _cpuNs);
        _leftNs = Math.Min(share * ReserveNs, _leftNs + earned - (spentNs - _spentNs));
        (_atNs, _cpuNs, _spentNs) = (nowNs, cpuNs, spentNs);
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
    public bool MayTryAgain(long nowNs) => nowNs >= _restEndsNs && _leftNs >= share * ReserveNs / 2;
}
