using System.Numerics;
using Hud.Target;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Works out where Tokio keeps its state from the running program: short-lived probes, taken away once each kind of scheduler
/// that runs is understood. <see cref="Step"/> is to be called often; it waits for a round of probes at most.
/// </summary>
internal sealed unsafe class Calibrator : IDisposable
{
    private const ulong GapNs = 200_000, CallGapWhereBusyNs = 100_000, GapWhereBusyNs = 25_000, GapAtRestNs = 1_000_000;
    private const long SamplePeriodNs = 250_000, SamplePeriodWhereBusyNs = 100_000;
    private const int MostTlsBytes = 8192;

    /// <summary>
    /// As many as arrive between two looks. No more: memory that is written for the first time costs the target twenty times
    /// what the rest of a record does.
    /// </summary>
    private const uint RingRecords = 600;

    /// <summary>Parks alone arrive then, and it takes a millisecond.</summary>
    private const long SolveAtRestNs = 200_000_000;

    /// <summary>Polls after which a function is known to serve other schedulers.</summary>
    private const int EnoughToTell = 2;

    /// <summary>As many as the probe tells of each function.</summary>
    private const int MostSightings = 16;

    public const string ObjectName = "calibrate.bpf.o";

    /// <summary>Programs that probes run.</summary>
    public static readonly string[] ProbePrograms = ["on_run_task", "on_task_poll"];

    private readonly BpfObject _bpf;
    private readonly ProgramStatistics _statistics;
    private readonly SharedMemory _watchMemory;
    private readonly WireWatch* _watch;
    private readonly RingBuffer _ring;
    private readonly SnapshotStore _store;
    private readonly DynamicTls? _dynamic;
    private readonly MomentProbes _moments;
    private readonly MultiThreadCalibration _multi;
    private readonly CurrentThreadCalibration? _current;
    private readonly PollSightings? _polls;
    private readonly ProbePace _pace;
    private readonly HashSet<int> _currentSites = [];
    private readonly List<PollSighting> _ofCurrent = [];
    private readonly Dictionary<int, int> _otherSites = [];
    private long _solvedNs;

    /// <param name="hasMulti">The kernel puts many probes in at once.</param>
    /// <param name="allowance">What probes may cost; null where every poll is probed anyway.</param>
    public Calibrator(TargetProcess target, TokioModule tokio, PollSites sites, bool hasMulti, ProbeAllowance? allowance)
    {
        var module = tokio.Module;
        TimerCost.Prepare();
        ProbeCost.Prepare();
        _pace = new ProbePace(allowance, () => ProbeCost.Trap, () => TimerCost.SampleNs, AreMostStepped(module, sites));
        var block = module.ThreadLocals ?? throw new HudException($"{module.Path} has no thread-locals to find Tokio's state in", null, ExitCode.Failed);
        _dynamic = block.Dynamic;
        _store = new SnapshotStore(block.Offset);
        _bpf = BpfObject.Open(ObjectName);
        try
        {
            // Where tasks do not tell whose they are, their polls tell nothing.
            var probesPolls = tokio.Presence.HasTaskOffsets && sites.RawPoll.Count > 0;
            if (hasMulti)
                _bpf.ExpectMulti(ProbePrograms);
            if (!probesPolls)
                _bpf.SkipProgram("on_task_poll");
            var knobs = _bpf.Section(".rodata").InitialValue<WireCalibrationKnobs>();
            SetKnobs(knobs, target, block);
            _bpf.Map("calls").Entries = BitOperations.RoundUpToPowerOf2(RingRecords * ((uint)sizeof(WireCall) + knobs->TlsBytes));
            _bpf.Load();
            _watchMemory = new SharedMemory(_bpf.Section(".data.watch"), writable: true);
            _watch = (WireWatch*)_watchMemory.Address;
            (_watch->CallGapNs, _watch->GapNs, _watch->Resting) = (GapNs, GapNs, 1);
            _ring = new RingBuffer(_bpf.Map("calls"), _store);
            _ring.Touch(_bpf.Program("touch_calls"));
            _statistics = new ProgramStatistics();
            _statistics.Add(_bpf);
            _moments = new MomentProbes(target, _bpf);
            _multi = new MultiThreadCalibration(target, tokio, sites, _bpf, _store.MultiThread, hasMulti);
            if (probesPolls)
            {
                _current = new CurrentThreadCalibration(target, _watch, _store.CurrentThread);
                _polls = new PollSightings(target, module, sites, _bpf, hasMulti);
            }
            _multi.SetProbes(on: true);
            if (_polls?.Update(resting: false, out var error) == false)
                throw new HudException($"Cannot put probes into {module.Path}: {Errno.Describe(error)}", null, ExitCode.Failed);
            BeginRound(0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A scheduler was seen running tasks.</summary>
    public bool SawCalls => _store.MultiThread.Calls > 0 || _current is { IsPresent: true };

    /// <summary>A task was seen to run, of whatever scheduler, the blocking pool's closures included.</summary>
    public bool SawPolls => SawCalls || _polls is { HasCalls: true };

    /// <summary>What is proven; null while that is too little to track by.</summary>
    public TokioLayout? Layout { get; private set; }

    /// <summary>What is not proven and why; null when all is.</summary>
    public string? Missing
    {
        get
        {
            if (_current is not { IsPresent: true, IsRefuted: false } current || (_multi.Solution.Layout is not null && !current.Solution.IdsAlone && current.Solution.Layout is null))
                return _multi.Solution.Missing;
            var ofCurrent = current.Solution.Missing is { } missing ? $"current_thread: {missing}" : null;
            return _store.MultiThread.Calls == 0 || _multi.Solution.Missing is null ? ofCurrent
                : ofCurrent is null ? _multi.Solution.Missing : $"{_multi.Solution.Missing}; {ofCurrent}";
        }
    }

    /// <summary>A scheduler of the other kind runs tasks, too, and is still being worked out; null when there is none.</summary>
    public string? Pending
    {
        get
        {
            if (Layout is { CurrentThread: null } && _current is { IsPresent: true, IsFinished: false })
                return $"current_thread: {_current.Solution.Missing ?? "not enough was seen yet"}";
            return Layout is { MultiThread: null } && !_multi.IsFinished && _store.MultiThread.Calls > 0
                ? $"multi_thread: {_multi.Solution.Missing ?? "not enough was seen yet"}"
                : null;
        }
    }

    /// <summary>Nothing more will come; the probes are gone.</summary>
    public bool IsFinished => _multi.IsFinished && _current is null or { IsFinished: true };

    /// <summary>See <see cref="ProbePace.IsCalm"/>.</summary>
    public bool IsCalm => _pace.IsCalm;

    public CalibrationCost Cost
    {
        get
        {
            var (bpfNs, bpfRuns) = _statistics.Total();
            return new CalibrationCost(Hits, _pace.TrapNs, (long)_watch->Samples, bpfNs, bpfRuns);
        }
    }

    private long Hits => (long)_watch->Hits;

    private ProbeUse Use => new(Hits, (long)_watch->Samples, _statistics.IsAvailable ? _statistics.Total().Ns : null);

    private int Density => _pace.IsBusy ? (int)(GapNs / GapWhereBusyNs) : 1;

    /// <summary>
    /// Does something else that takes a while. Takes the probes away from a program that runs into them all the time meanwhile:
    /// nothing is learnt before the next <see cref="Step"/>, and a program that polls now and then gives its layout away the
    /// sooner.
    /// </summary>
    public T WhileWatched<T>(Func<T> work)
    {
        using var isDone = new ManualResetEventSlim();
        var watcher = UrgentThread.Start(() => PauseOnceBusy(isDone.WaitHandle));
        try
        {
            return work();
        }
        finally
        {
            isDone.Set();
            watcher.Wait();
        }
    }

    /// <summary>Takes in what has arrived. True when <see cref="Layout"/> has changed.</summary>
    /// <param name="besideProbes">Other probes time every poll meanwhile: as long as no scheduler shows, these are in place for a look now and then.</param>
    public bool Step(bool besideProbes = false)
    {
        TakeIn();
        _pace.OnlyLooks = besideProbes && !SawCalls;
        if (_pace.IsResting)
        {
            PayAtRest();
            _polls?.Update(resting: true, out _);
            if (!_pace.CanGoOn || !_pace.IsDue(MonotonicClock.NowNs) || Uprobes.AreRemovalsPending || (NeedsPolls && _polls is { HaveJustChanged: true }))
                return MonotonicClock.NowNs - _solvedNs > SolveAtRestNs && Solve();
            PutProbesIn();
            if (_pace.IsBusy)
                StayForRound();
        }
        if (_pace.Account(MonotonicClock.NowNs, Use))
            Rest();
        TakeIn();
        var changed = Solve();
        if (!_pace.IsResting)
        {
            UpdateProbes();
            SetMoments();
        }
        return changed;
    }

    public void Dispose()
    {
        _polls?.Dispose();
        _multi?.Dispose();
        _current?.Dispose();
        _moments?.Dispose();
        _ring?.Dispose();
        _watchMemory?.Dispose();
        _statistics?.Dispose();
        _bpf.Dispose();
    }

    private static bool AreMostStepped(LoadedModule module, PollSites sites)
    {
        bool IsStepped(CodeSite site) => ProbeSpot.Find(module.Image, site.Address, argument: true) is var spot && !(spot.IsEmulated && spot.Address == site.Address);
        return sites.RunTask.Any(IsStepped) || sites.RawPoll.Count(IsStepped) * 2 > sites.RawPoll.Count;
    }

    private static void SetKnobs(WireCalibrationKnobs* knobs, TargetProcess target, TlsBlock block)
    {
        (knobs->TargetTgid, knobs->PidLevel) = PidNamespace.Find(target);
        knobs->TlsBytes = (uint)Math.Min(block.Size + 7 & ~7UL, MostTlsBytes);
        knobs->TlsOffset = block.Offset;
        if (block.Dynamic is { } dynamic)
            (knobs->VectorOffset, knobs->ModuleEntry) = (dynamic.VectorOffset, dynamic.ModuleId * (ulong)dynamic.EntrySize);
    }

    /// <summary>Only poll functions tell what is still unknown.</summary>
    private bool NeedsPolls => _multi.NeedsCallers || !SawCalls || _current is { IsPresent: true, IsFinished: false };

    private void PauseOnceBusy(WaitHandle isDone)
    {
        while (!isDone.WaitOne(1))
        {
            if (_pace.IsResting)
                PayAtRest();
            else if (_pace.Account(MonotonicClock.NowNs, Use))
                Rest();
        }
    }

    private void StayForRound()
    {
        // Asleep, not spinning: who sleeps is back on a CPU soonest where all are busy.
        while (!_pace.IsRoundOver(MonotonicClock.NowNs, Use))
        {
            Thread.Sleep(1);
            TakeIn();
            _current?.Step(Density, _multi.Solution.IsComplete);
            SetMoments();
        }
    }

    /// <summary>What calls and waits happen from here on until the probes are back goes uncounted.</summary>
    private void Rest()
    {
        // Which functions are called, so that their probes go.
        TakeIn();
        _pace.Rest(MonotonicClock.NowNs);
        _watch->Resting = 1;
        _watch->GapNs = GapAtRestNs;
        Thread.MemoryBarrier();
        _multi.SetProbes(on: false);
        _polls?.Update(resting: true, out _);
        SetMoments();
    }

    private void PayAtRest()
    {
        _pace.PayAtRest(MonotonicClock.NowNs, Use, areLeaving: Uprobes.AreRemovalsPending);
        SetMoments();
    }

    private void PutProbesIn()
    {
        (_watch->CallGapNs, _watch->GapNs) = _pace.IsBusy ? (CallGapWhereBusyNs, GapWhereBusyNs) : (GapNs, GapNs);
        var before = Hits;
        // First: it may take a while, and nobody runs into it meanwhile.
        SetMoments();
        UpdateProbes();
        BeginRound(before);
    }

    /// <summary>All probes are in place, so that no call and no wait goes uncounted from here on.</summary>
    private void BeginRound(long hits)
    {
        _watch->Round++;
        Thread.MemoryBarrier();
        _watch->Resting = 0;
        _pace.Begin(MonotonicClock.NowNs, hits);
    }

    private void UpdateProbes()
    {
        try
        {
            _multi.SetProbes(on: true);
        }
        catch (HudException)
        {
            // As a rule the program has just exited, which its session is about to notice.
            _multi.Finish();
        }
        _polls?.Update(resting: false, out _);
    }

    private void SetMoments()
    {
        var wanted = _multi.WantsMoments || _current is { WantsMoments: true };
        if (!wanted || (_pace.IsResting && !_pace.CanGoOn && !(WantsParks && _pace.MayWatchAtRest)))
            _moments.Dispose();
        else
            _moments.Set(_pace.IsResting ? null : _pace.IsBusy ? SamplePeriodWhereBusyNs : SamplePeriodNs);
    }

    /// <summary>Threads park now and then, and seldom while probes are in place for milliseconds.</summary>
    private bool WantsParks => _multi is { WantsMoments: true, Solution.Layout: null } || _current is { WantsMoments: true, Solution.IdsAlone: false };

    private void TakeIn()
    {
        _ring.Drain();
        while (_store.Sightings.TryDequeue(out var sighting))
            Sort(sighting);
    }

    private bool Solve()
    {
        _solvedNs = MonotonicClock.NowNs;
        _multi.Step(Density);
        _watch->MultiDone = _multi.IsFinished ? 1u : 0;
        _current?.Step(Density, _multi.Solution.IsComplete);
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
        DropOthers();
        var before = Layout;
        var (multi, current) = (_multi.Solution.Layout, _current?.Solution.Layout);
        Layout = multi is null && current is null ? null : new TokioLayout { MultiThread = multi, CurrentThread = current, Dynamic = _dynamic, Origin = "calibration" };
        return Layout != before;
    }

    private void Sort(PollSighting sighting)
    {
        _polls!.Called(sighting.Site);
        if (_current!.OnPoll(sighting))
        {
            _currentSites.Add(sighting.Site);
            // The kernel part tells of each function only a few times.
            if (!_current.IsDoubted)
                _ofCurrent.Add(sighting with { Tls = [], Stack = [] });
            else
                _multi.OnPoll(sighting);
            return;
        }
        _multi.OnPoll(sighting);
        _otherSites[sighting.Site] = _otherSites.GetValueOrDefault(sighting.Site) + 1;
    }

    /// <summary>Functions that tell nothing of current_thread. As long as no scheduler is known they may be all that will ever be called.</summary>
    private void DropOthers()
    {
        if (!SawCalls)
            return;
        var enough = _multi.NeedsCallers ? MostSightings : EnoughToTell;
        foreach (var (site, seen) in _otherSites)
        {
            if (seen >= enough && !_currentSites.Contains(site))
                _polls!.Drop(site);
        }
    }
}
