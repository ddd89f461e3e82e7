using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// A probe that is hit all the time costs the target; so a busy program that does not give its layout away in one go is
/// left alone for a hundred times as long before the next.
/// </summary>
/// <param name="mayRest">False where every poll is probed anyway.</param>
internal sealed class ProbeBudget(bool mayRest)
{
    private const long ProbedNs = 500_000_000;
    private const long PauseNs = 100 * ProbedNs;

    /// <summary>From here on the probe's trap takes a good part of a worker.</summary>
    private const ulong BusyCallsPerSecond = 200_000;

    private long _sinceNs;
    private ulong _callsBefore;

    /// <summary>The probe is to be away.</summary>
    public bool IsResting { get; private set; }

    /// <param name="calls">Hits so far.</param>
    public void Begin(ulong calls) => (_sinceNs, _callsBefore, IsResting) = (MonotonicClock.NowNs, calls, false);

    /// <summary>True when the probe is to be taken away or put back.</summary>
    public bool HasChanged(ulong calls)
    {
        if (!mayRest)
            return false;
        var elapsedNs = MonotonicClock.NowNs - _sinceNs;
        if (IsResting)
        {
            if (elapsedNs < ProbedNs + PauseNs)
                return false;
            Begin(calls);
            return true;
        }
        if (elapsedNs <= ProbedNs || (calls - _callsBefore) * 1_000_000_000 / (ulong)elapsedNs <= BusyCallsPerSecond)
            return false;
        IsResting = true;
        return true;
    }
}
