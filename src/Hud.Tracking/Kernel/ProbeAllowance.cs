namespace Hud.Tracking.Kernel;

/// <summary>
/// What probes may cost: a share of the CPU time that the target uses, or of one CPU where it uses less than that. Grows as
/// time passes, up to a small reserve, so that a quiet hour does not pay for a busy minute.
/// </summary>
/// <param name="limit">That share.</param>
internal sealed class ProbeAllowance(double limit)
{
    /// <summary>Of the limit. The rest is for what the target runs into while hud finds that it was too much, and the kernel takes probes out.</summary>
    private const double Aim = 0.97;

    /// <summary>
    /// Reserve, in time during which its share is earned: short bursts of polls are no reason to give up. So much is there from
    /// the start, in advance, and given back within twice the time.
    /// </summary>
    private const double ReserveNs = 1e9;

    private const double MostOfReserve = 0.9;

    private double _leftNs = Aim * limit * ReserveNs, _owedNs = Aim * limit * ReserveNs;
    private (long NowNs, long CpuNs)? _earnedAt;

    /// <summary>Of one CPU, that may be spent in the long run.</summary>
    public double Share => Aim * limit;

    /// <summary>More was spent than there was.</summary>
    public bool IsOverdrawn => _leftNs < 0;

    public bool IsHalfFull => _leftNs >= Share * ReserveNs / 2;

    /// <summary>So much is left, or most of the reserve where that is less.</summary>
    public bool Affords(double ns) => _leftNs >= Math.Min(ns, MostOfReserve * Share * ReserveNs);

    /// <summary>Time has passed; the first call says since when it counts.</summary>
    /// <param name="cpuNs">CPU time of the target so far.</param>
    public void Earn(long nowNs, long cpuNs)
    {
        if (_earnedAt is { } at)
        {
            var earnedNs = Share * Math.Max(nowNs - at.NowNs, cpuNs - at.CpuNs);
            var returnedNs = Math.Min(_owedNs, earnedNs / 2);
            _owedNs -= returnedNs;
            _leftNs = Math.Min(Share * ReserveNs, _leftNs + earnedNs - returnedNs);
        }
        _earnedAt = (nowNs, cpuNs);
    }

    public void Spend(double ns) => _leftNs -= ns;
}
