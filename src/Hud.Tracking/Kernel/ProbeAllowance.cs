namespace Hud.Tracking.Kernel;

/// <summary>
/// What probes may cost: a share of the CPU time that the target uses, or of one CPU where it uses less than that. Grows as
/// time passes, up to a small reserve, so that a quiet hour does not pay for a busy minute.
/// </summary>
internal sealed class ProbeAllowance(double share)
{
    /// <summary>Reserve, in time during which its share is earned: short bursts of polls are no reason to give up.</summary>
    private const double ReserveNs = 1e9;

    /// <summary>There from the start, in the same measure.</summary>
    private const double AdvanceNs = 0.5e9;

    private double _leftNs = share * AdvanceNs, _owedNs = share * AdvanceNs;
    private (long NowNs, long CpuNs)? _earnedAt;

    /// <summary>Of one CPU, that may be spent in the long run.</summary>
    public double Share => share;

    /// <summary>More was spent than there was.</summary>
    public bool IsOverdrawn => _leftNs < 0;

    public bool IsHalfFull => _leftNs >= share * ReserveNs / 2;

    /// <summary>So much is left, or half of the reserve where that is less.</summary>
    public bool Affords(double ns) => _leftNs >= ns || IsHalfFull;

    /// <summary>Time has passed.</summary>
    /// <param name="cpuNs">CPU time of the target so far.</param>
    public void Earn(long nowNs, long cpuNs)
    {
        if (_earnedAt is { } at)
        {
            var earnedNs = share * Math.Max(nowNs - at.NowNs, cpuNs - at.CpuNs);
            var returnedNs = Math.Min(_owedNs, earnedNs);
            _owedNs -= returnedNs;
            _leftNs = Math.Min(share * ReserveNs, _leftNs + earnedNs - returnedNs);
        }
        _earnedAt = (nowNs, cpuNs);
    }

    public void Spend(double ns) => _leftNs -= ns;
}
