using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// A probe that is hit all the time costs the target; so a busy program that does not give its layout away in one go is
/// left alone until the probe's cost is back within its share, before the next.
/// </summary>
/// <param name="share">Of one CPU; null without a limit, where every poll is probed anyway.</param>
internal sealed class ProbeBudget(double? share)
{
    private const long FirstGoNs = 500_000_000, RelaxedGoNs = 20_000_000;
    private const ulong HitNs = ProbeCost.TrapNs + ProbeCost.ProgramNs;

    private long _sinceNs, _endsNs, _goNs = FirstGoNs;
    private ulong _callsBefore;

    /// <summary>The probe is to be away.</summary>
    public bool IsResting { get; private set; }

    /// <param name="calls">Hits so far.</param>
    public void Begin(ulong calls) => Begin(calls, MonotonicClock.NowNs);

    /// <summary>Nobody waits for the rest: from now on the probe stays in place for moments at a time.</summary>
    /// <param name="stillNs">But for as long as this once.</param>
    public void Relax(long stillNs) => Relax(stillNs, MonotonicClock.NowNs);

    internal void Relax(long stillNs, long nowNs)
    {
        _goNs = RelaxedGoNs;
        if (_endsNs != 0)
            _endsNs = Math.Min(_endsNs, nowNs + stillNs);
    }

    /// <summary>True when the probe is to be taken away or put back.</summary>
    public bool HasChanged(ulong calls) => HasChanged(calls, MonotonicClock.NowNs);

    internal bool HasChanged(ulong calls, long nowNs)
    {
        // What the probe tells is taken in from the first question on; hud may have been busy with its own start until then.
        if (_endsNs == 0)
            _endsNs = nowNs + _goNs;
        var elapsedNs = nowNs - _sinceNs;
        var isOver = (calls - _callsBefore) * HitNs > share * elapsedNs;
        if (IsResting)
        {
            if (isOver)
                return false;
            Begin(calls, nowNs);
            return true;
        }
        if (nowNs <= _endsNs || !isOver)
            return false;
        IsResting = true;
        return true;
    }

    private void Begin(ulong calls, long nowNs) => (_sinceNs, _endsNs, _callsBefore, IsResting) = (nowNs, 0, calls, false);
}
