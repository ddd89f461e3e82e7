using Hud.Target;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Learns from poll functions under current_thread schedulers: first where the scheduler's context is, then, with that, what
/// is in it and in its Core.
/// </summary>
internal sealed unsafe class CurrentThreadCalibration : IDisposable
{
    /// <summary>Tasks that ran without a counter for them in what was taken for the Core.</summary>
    private const int EnoughCallsToRefute = 64;

    private const int MostRounds = 3;

    /// <summary>Snapshots taken in vain between two calls, before it is given up: each costs the target some microseconds.</summary>
    private const int MostMoments = 4000, MostMomentsBesideAnother = 1000;

    private readonly SnapshotQueue _snapshots;
    private readonly ContextFinder _finder;
    private readonly ProcessMemory? _memory;
    private readonly WireWatch* _watch;
    private ContextPlace? _place;
    private int _core, _rounds, _seen;

    public CurrentThreadCalibration(TargetProcess target, WireWatch* watch, SnapshotQueue snapshots)
    {
        _snapshots = snapshots;
        _watch = watch;
        _memory = ProcessMemory.TryOpen(target.Pid);
        _finder = new ContextFinder((address, bytes) => _memory?.Read(address, bytes) ?? 0);
    }

    /// <summary>Tasks were seen running under such a scheduler.</summary>
    public bool IsPresent => _place is not null;

    public bool IsFinished { get; private set; }

    /// <summary>What looked like such a scheduler's Core was none: the tasks may be a multi_thread scheduler's.</summary>
    public bool IsDoubted => _core > 0 || _rounds > 0;

    /// <summary>There is none, for all that was seen.</summary>
    public bool IsRefuted => IsFinished && Solution.Layout is null;

    /// <summary>From before the first call on: waits go uncounted without, and ticks between two calls then seem too many.</summary>
    public bool WantsMoments => IsPresent && !IsFinished;

    public Solution Solution { get; private set; } = new(null, "too few tasks have run yet");

    /// <summary>True when the task seems to run under a current_thread scheduler.</summary>
    public bool OnPoll(PollSighting sighting) => !IsRefuted && _finder.Add(sighting);

    /// <param name="density">As for <see cref="MultiThreadCalibration.Step"/>.</param>
    /// <param name="isBesideAnother">The layout of another kind of scheduler is proven: this one may be none.</param>
    public void Step(int density, bool isBesideAnother)
    {
        if (IsFinished)
            return;
        if (_place is null)
        {
            if (_finder.Find() is not { } place)
                return;
            _place = place;
            Watch(place);
        }
        if (_snapshots.Calls + _snapshots.Moments == _seen)
            return;
        _seen = _snapshots.Calls + _snapshots.Moments;
        var snapshots = _snapshots.ToList();
        Solution = CurrentThreadSolver.Solve(snapshots, _place, _place.Cores[_core]);
        if (Solution.IdsAlone)
            _snapshots.WantTaskIds();
        if (Solution.Layout is not null)
            Finish();
        else if (CurrentThreadSolver.Calls(snapshots, _place.Cores[_core]) is { Count: > EnoughCallsToRefute } calls && !CurrentThreadSolver.HasTick(calls))
            TryNextCore();
        else if (_snapshots.Moments > density * (isBesideAnother ? MostMomentsBesideAnother : MostMoments))
            Finish();
    }

    public void Dispose() => _memory?.Dispose();

    private void Watch(ContextPlace place)
    {
        _watch->Active = 0;
        Thread.MemoryBarrier();
        _watch->SchedulerTls = place.TlsWord * 8L;
        _watch->ContextOwner = place.Owner;
        _watch->ContextCore = place.Cores[_core];
        _watch->TagValue = place.Tag ?? 0;
        _watch->HasTag = place.Tag is null ? 0u : 1;
        Thread.MemoryBarrier();
        _watch->Active = 1;
    }

    private void TryNextCore()
    {
        _snapshots.Clear();
        if (++_core >= _place!.Cores.Count)
        {
            // More polls have been seen by now, and may tell another place.
            if (++_rounds == MostRounds || _finder.Find() is not { } place)
            {
                Finish();
                return;
            }
            (_place, _core) = (place, 0);
        }
        Watch(_place);
    }

    private void Finish()
    {
        IsFinished = true;
        _watch->Active = 0;
        _snapshots.Clear();
    }
}
