using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Works out where Tokio keeps its state from the running program: short-lived probes, taken away once each kind of scheduler
/// that runs is understood. <see cref="Step"/> is to be called often; it never waits.
/// </summary>
internal sealed unsafe class Calibrator : IDisposable
{
    private const ulong SnapshotGapNs = 200_000;
    private const int MostTlsBytes = 8192;

    /// <summary>Polls after which a function is known to serve other schedulers.</summary>
    private const int EnoughToTell = 2;

    /// <summary>As many as the probe tells of each function.</summary>
    private const int MostSightings = 16;

    private readonly BpfObject _bpf;
    private readonly SharedMemory _watchMemory;
    private readonly WireWatch* _watch;
    private readonly RingBuffer _ring;
    private readonly SnapshotStore _store;
    private readonly DynamicTls? _dynamic;
    private readonly MomentProbes _moments;
    private readonly MultiThreadCalibration _multi;
    private readonly CurrentThreadCalibration? _current;
    private readonly PollSightings? _polls;
    private readonly HashSet<int> _currentSites = [];
    private readonly List<PollSighting> _ofCurrent = [];
    private readonly Dictionary<int, int> _otherSites = [];

    /// <param name="hasMulti">The kernel puts many probes in at once; without, only a program with symbols and multi_thread workers is understood.</param>
    /// <param name="share">Of one CPU, that probes may cost in the long run; null where every poll is probed anyway.</param>
    public Calibrator(TargetProcess target, LoadedModule module, PollSites sites, bool hasMulti, double? share)
    {
        var block = module.ThreadLocals ?? throw new HudException($"{module.Path} has no thread-locals to find Tokio's state in", null, ExitCode.Failed);
        _dynamic = block.Dynamic;
        _store = new SnapshotStore(block.Offset);
        _bpf = BpfObject.Open("calibrate.bpf.o");
        try
        {
            var probesPolls = hasMulti && sites.RawPoll.Count > 0;
            if (hasMulti)
                _ = LibBpf.SetExpectedAttachType(_bpf.Program("on_run_task"), Uprobes.AttachTypeMulti);
            if (probesPolls)
                _ = LibBpf.SetExpectedAttachType(_bpf.Program("on_task_poll"), Uprobes.AttachTypeMulti);
            else
                _bpf.SkipProgram("on_task_poll");
            SetKnobs(_bpf.Section(".rodata").InitialValue<WireCalibrationKnobs>(), target, block);
            _bpf.Load();
            _watchMemory = new SharedMemory(_bpf.Section(".data.watch"), writable: true);
            _watch = (WireWatch*)_watchMemory.Address;
            _ring = new RingBuffer(_bpf.Map("calls"), _store);
            _moments = new MomentProbes(target, _bpf);
            _multi = new MultiThreadCalibration(target, module, sites, _bpf, _store.MultiThread, new ProbeBudget(share), hasMulti);
            if (probesPolls)
            {
                _current = new CurrentThreadCalibration(target, _watch, _store.CurrentThread, new ProbeBudget(share));
                _polls = new PollSightings(target, module, sites, _bpf);
            }
            if (_polls?.Update(resting: false, out var error) == false)
                throw new HudException($"Cannot put probes into {module.Path}: {Errno.Describe(error)}", null, ExitCode.Failed);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A scheduler was seen running tasks.</summary>
    public bool SawCalls => _store.MultiThread.Calls > 0 || _current is { IsPresent: true };

    /// <summary>What is proven; null while that is too little to track by.</summary>
    public TokioLayout? Layout { get; private set; }

    /// <summary>What is not proven and why; null when all is.</summary>
    public string? Missing
    {
        get
        {
            if (_current is not { IsPresent: true, IsRefuted: false } current)
                return _multi.Solution.Missing;
            var ofCurrent = current.Solution.Missing is { } missing ? $"current_thread: {missing}" : null;
            return _store.MultiThread.Calls == 0 || _multi.Solution.Missing is null ? ofCurrent
                : ofCurrent is null ? _multi.Solution.Missing : $"{_multi.Solution.Missing}; {ofCurrent}";
        }
    }

    /// <summary>Nothing more will come; the probes are gone.</summary>
    public bool IsFinished => _multi.IsFinished && _current is null or { IsFinished: true };

    /// <summary>
    /// Takes the probes away from a program that runs into them all the time, until <see cref="Step"/> is called: nothing is
    /// learnt before, and a program that polls now and then gives its layout away the sooner.
    /// </summary>
    public void PauseWhereBusy()
    {
        const int LookMs = 12;
        const ulong Busy = 60;
        if (!SpinWait.SpinUntil(() => _watch->Hits >= Busy, LookMs))
            return;
        _multi.Pause();
        _polls?.Update(resting: true, out _);
    }

    /// <summary>Takes in what has arrived. True when <see cref="Layout"/> has changed.</summary>
    public bool Step()
    {
        _ring.Drain();
        while (_store.Sightings.TryDequeue(out var sighting))
            Sort(sighting);
        _multi.Step();
        _current?.Step();
        if (_current is { IsDoubted: true })
        {
            _ofCurrent.ForEach(_multi.OnPoll);
            _ofCurrent.Clear();
        }
        if (_current is { IsFinished: true } && (!_current.IsRefuted || !_multi.NeedsCallers))
        {
            foreach (var site in _currentSites)
                _polls!.Drop(site);
        }
        _polls?.Update(_current!.IsResting, out _);
        _moments.Set(_multi.WantsMoments || _current is { WantsMoments: true });

        var before = Layout;
        var (multi, current) = (_multi.Solution.Layout, _current?.Solution.Layout);
        Layout = multi is null && current is null ? null : new TokioLayout { MultiThread = multi, CurrentThread = current, Dynamic = _dynamic, Origin = "calibration" };
        return Layout != before;
    }

    public void Dispose()
    {
        _polls?.Dispose();
        _multi?.Dispose();
        _current?.Dispose();
        _moments?.Dispose();
        _ring?.Dispose();
        _watchMemory?.Dispose();
        _bpf.Dispose();
    }

    private static void SetKnobs(WireCalibrationKnobs* knobs, TargetProcess target, TlsBlock block)
    {
        (knobs->TargetTgid, knobs->PidLevel) = PidNamespace.Find(target);
        knobs->TlsBytes = (uint)Math.Min(block.Size + 7 & ~7UL, MostTlsBytes);
        knobs->TlsOffset = block.Offset;
        if (block.Dynamic is { } dynamic)
            (knobs->VectorOffset, knobs->ModuleEntry) = (dynamic.VectorOffset, dynamic.ModuleId * (ulong)dynamic.EntrySize);
        knobs->CallGapNs = SnapshotGapNs;
        knobs->MomentGapNs = SnapshotGapNs;
    }

    private void Sort(PollSighting sighting)
    {
        if (_current!.OnPoll(sighting))
        {
            _currentSites.Add(sighting.Site);
            // The kernel part tells of each function only a few times.
            if (!_current.IsDoubted)
                _ofCurrent.Add(sighting with { Tls = [] });
            else
                _multi.OnPoll(sighting);
            return;
        }
        _multi.OnPoll(sighting);
        var seen = _otherSites[sighting.Site] = _otherSites.GetValueOrDefault(sighting.Site) + 1;
        if (seen >= (_multi.NeedsCallers ? MostSightings : EnoughToTell) && !_currentSites.Contains(sighting.Site))
            _polls!.Drop(sighting.Site);
    }
}
