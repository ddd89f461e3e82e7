using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// A probe that is hit all the time costs the target; so a busy program that does not give its layout away in one go is
/// left alone until the probe's cost is back within its share, before the next.
/// </summary>
/// <param name="share">Of one CPU; null without a limit, where every poll is probed anyway.</param>
internal sealed class ProbeBudget(double? share)
{
    private const long ProbedNs = 500_000_000;
    private const ulong HitNs = ProbeCost.TrapNs + ProbeCost.ProgramNs;

    private long _sinceNs, _watchedNs;
    private ulong _callsBefore;

    /// <summary>The probe is to be away.</summary>
    public bool IsResting { get; private set; }

    /// <param name="calls">Hits so far.</param>
    public void Begin(ulong calls) => (_sinceNs, _watchedNs, _callsBefore, IsResting) = (MonotonicClock.NowNs, 0, calls, false);

    /// <summary>True when the probe is to be taken away or put back.</summary>
    public bool HasChanged(ulong calls) => HasChanged(calls, MonotonicClock.NowNs);

    internal bool HasChanged(ulong calls, long nowNs)
    {
        // What the probe tells is taken in from the first question on; hud may have been busy with its own start until then.
        if (_watchedNs == 0)
            _watchedNs = nowNs;
        var elapsedNs = nowNs - _sinceNs;
        var isOver = (calls - _callsBefore) * HitNs > share * elapsedNs;
        if (IsResting)
        {
            if (isOver)
                return false;
            Begin(calls);
            return true;
        }
        if (nowNs - _watchedNs <= ProbedNs || !isOver)
            return false;
        IsResting = true;
        return true;
    }
}
