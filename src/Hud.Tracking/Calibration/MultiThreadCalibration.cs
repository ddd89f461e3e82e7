using Hud.Symbols;
using Hud.Symbols.Unwind;
using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Learns from <c>run_task</c> of the multi_thread scheduler, whose arguments are the context, the task and the core. In a
/// program without symbols it is among the functions that call poll functions.
/// </summary>
internal sealed class MultiThreadCalibration : IDisposable
{
    private const int EnoughCallers = 8;
    private const int EnoughCalls = 16;

    /// <summary>Snapshots taken in vain after the rest was proven, before what is missing is given up.</summary>
    private const int MostMomentsForTheRest = 4000;

    /// <summary>The same where only the index is missing: there may be one worker alone.</summary>
    private const int MostMomentsForIndex = 400;

    private readonly TargetProcess _target;
    private readonly LoadedModule _module;
    private readonly SchedulerTraits _traits;
    private readonly BpfObject _bpf;
    private readonly SnapshotQueue _snapshots;
    private readonly bool _hasMulti;
    private readonly Dictionary<ulong, int> _callers = [];
    private readonly HashSet<ulong> _refuted = [];
    private Uprobes? _probes;
    private ulong[] _offsets = [];
    private int _solvedAt, _seen, _callsBefore;

    public MultiThreadCalibration(TargetProcess target, TokioModule tokio, PollSites sites, BpfObject bpf, SnapshotQueue snapshots, bool hasMulti)
    {
        _traits = SchedulerTraits.Of(tokio.Presence);
        (_target, _module, _bpf, _snapshots, _hasMulti) = (target, tokio.Module, bpf, snapshots, hasMulti);
        if (sites.RunTask.Count > 0)
            _offsets = [.. sites.RunTask.Select(s => s.FileOffset)];
        else
            NeedsCallers = true;
    }

    /// <summary>run_task is not known: whoever calls poll functions is to be told with <see cref="OnPoll"/>.</summary>
    public bool NeedsCallers { get; private set; }

    public bool IsFinished { get; private set; }

    /// <summary>Where run_task is, or may be, is known.</summary>
    public bool HasPlace => _offsets.Length > 0 && !IsFinished;

    /// <summary>Threads run tasks and what they do in between tells something.</summary>
    public bool WantsMoments => !IsFinished && _snapshots.Calls > _callsBefore;

    public Solution Solution { get; private set; } = new(null, "no worker has run a task yet");

    /// <summary>A task was polled that does not run under a current_thread scheduler.</summary>
    public void OnPoll(PollSighting sighting)
    {
        // The blocking pool's tasks have no scheduler.
        if (NeedsCallers && sighting.Scheduler >= Snapshot.LowestPointer)
            _callers[sighting.ReturnAddress] = _callers.GetValueOrDefault(sighting.ReturnAddress) + 1;
    }

    /// <summary>Puts the probe in or takes it out.</summary>
    /// <exception cref="HudException">The kernel refuses.</exception>
    public void SetProbes(bool on)
    {
        if (!on || !HasPlace)
            Dispose();
        else
            _probes ??= Uprobes.Attach(_hasMulti, LibBpf.ProgramFd(_bpf.Program("on_run_task")), _module.OpenPath, _offsets, [], _target.Pid);
    }

    /// <param name="density">How many times as many moments are recorded at present as in a program that polls now and then.</param>
    public void Step(int density)
    {
        if (IsFinished)
            return;
        if (NeedsCallers)
            TryFindRunTask();
        if (_snapshots.Calls + _snapshots.Moments == _seen)
            return;
        _seen = _snapshots.Calls + _snapshots.Moments;
        Solution = LayoutSolver.Solve(_snapshots.ToList(), _traits);
        if (Solution.Layout is null)
        {
            ReplaceRefuted();
            return;
        }
        if (_solvedAt == 0)
            _solvedAt = _snapshots.Moments;
        if (Solution.IdsAlone)
            _snapshots.WantTaskIds();
        if (Solution.IsComplete || _snapshots.Moments - _solvedAt > density * (Solution is { Missing: null, Layout.ContextOwner: not null } ? MostMomentsForIndex : MostMomentsForTheRest))
            Finish();
    }

    public void Dispose()
    {
        _probes?.DisposeInBackground();
        _probes = null;
    }

    private void TryFindRunTask()
    {
        if (_callers.Values.Sum() < EnoughCallers)
            return;
        if (CfiTable.TryBuild(_module.Image, SymbolLimits.Default) is not { } cfi)
        {
            Solution = new Solution(null, "the program has no unwind information to find run_task by");
            Finish();
            return;
        }
        // One at a time: snapshots of the wrong function would prove nothing.
        var offset = CallerFinder.Find(_module, cfi, _callers).FirstOrDefault(o => !_refuted.Contains(o));
        if (offset == 0)
            return;
        NeedsCallers = false;
        _callsBefore = _snapshots.Calls;
        _offsets = [offset];
    }

    /// <summary>A caller of polls whose first argument no thread-local points to is not run_task.</summary>
    private void ReplaceRefuted()
    {
        if (_callers.Count == 0 || NeedsCallers || _snapshots.Calls - _callsBefore < EnoughCalls ||
            SchedulerSolver.Solve([.. _snapshots.ToList().Where(s => s.IsCall)]).Holds)
            return;
        Dispose();
        _refuted.Add(_offsets[0]);
        _offsets = [];
        _callers.Clear();
        _snapshots.Clear();
        NeedsCallers = true;
    }

    /// <summary>Nothing more is to be learnt.</summary>
    public void Finish()
    {
        IsFinished = true;
        NeedsCallers = false;
        _snapshots.Clear();
        Dispose();
    }
}
