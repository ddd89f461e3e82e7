using System.Globalization;
using Hud.Target;
using Hud.Tracking.Calibration;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;

namespace Hud.Tracking;

/// <summary>
/// Watches one process until disposed. Everything happens on the thread that calls: <see cref="Drain"/> every 20 ms or so
/// delivers what has been seen to the sink.
/// </summary>
public sealed class TrackerSession : IDisposable
{
    private readonly TargetProcess _target;
    private readonly KernelTracker _kernel;
    private readonly Func<PollProbes> _startProbes;
    private readonly long _startedNs = MonotonicClock.NowNs;
    private PollProbes? _probes;
    private Calibrator? _calibrator;
    private CalibrationCost _calibrationCost;
    private const long ProbesSettleNs = 500_000_000;
    private const long ProbesGoneNs = 200_000_000;

    /// <summary>Workers that run tasks give the layout away soon.</summary>
    private const long CalibrationPatienceNs = 1_500_000_000;

    /// <summary>So do those that poll all the time, but probes are in place for moments only.</summary>
    private const long CalibrationPatienceWhereBusyNs = 4_000_000_000;

    private readonly TrackerOptions _options;
    private readonly ProcessCpuClock _cpu;

    /// <summary>Null where the exact tracker was asked for, whatever it costs. Calibration and the exact tracker share it.</summary>
    private readonly ProbeAllowance? _allowance;
    private readonly ProbeSpending? _spending;
    private long _probesStartedNs;
    private long _probesStoppedNs;
    private bool _probesCostTooMuch;
    private readonly bool _canProbe;
    private readonly string _planned;
    private readonly string _plannedReason;
    private long _thresholdNs;

    private TrackerSession(TargetProcess target, ProcessModules modules, LoadedModule module, TrackerPlan plan, TrackerOptions options, ITrackerSink sink)
    {
        _target = target;
        _thresholdNs = options.ThresholdNs;
        Tracker = plan.Tracker;
        _planned = plan.Tracker;
        _options = options;
        _cpu = new ProcessCpuClock(target.Pid);
        if (options.Tracker != TrackerPlan.Exact)
        {
            _allowance = new ProbeAllowance(options.MaxOverhead);
            _spending = new ProbeSpending(_allowance);
            Earn();
        }
        Reason = _plannedReason = plan.Reason;
        _canProbe = plan.Sites is { RawPoll.Count: > 0 };
        try
        {
            // First, so that the program gives its layout away while the kernel checks the tracker's programs.
            if (plan.Calibrate)
                _calibrator = new Calibrator(target, module, plan.Sites!, plan.Multi, _allowance);
            KernelTracker Load() => new(target, options, sink, _canProbe ? plan.Multi : null);
            _kernel = _calibrator is null ? Load() : _calibrator.WhileWatched(Load);
            _startProbes = () => _kernel.StartExact(modules, module, plan.Sites!, plan.Multi);
            RestrictTo(options.WorkersPrefix);
            _kernel.Start();
            if (plan.Layout is { } layout)
                Use(layout);
            if (plan.Tracker == TrackerPlan.Scheduler)
                _kernel.StartScheduler(options.WorkersPrefix);
            if (plan.Tracker == TrackerPlan.Exact)
                StartProbes();
            IsTracking = plan.Tracker != TrackerPlan.Sampled || plan.Layout is not null;
            CalibrateBriefly();
            ProbeBriefly();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The tracker that serves: "sampled", "exact" or "scheduler".</summary>
    public string Tracker { get; private set; }

    /// <summary>Why this tracker, as a sentence for people.</summary>
    public string Reason { get; private set; }

    /// <summary>Own time from which a poll is delivered for certain; somewhat shorter ones are delivered too.</summary>
    public long ThresholdNs
    {
        get => _thresholdNs;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _thresholdNs = value;
            _kernel.ApplyThreshold(value);
        }
    }

    /// <summary>Polls are being tracked; false while the layout is not known yet.</summary>
    public bool IsTracking { get; private set; }

    /// <summary>
    /// Probes of the exact tracker hold up the polls that meet them while they are put in and taken out, and learn in their
    /// first moments where poll functions return to; what is seen until then is partly hud's doing.
    /// </summary>
    public bool IsSettled
    {
        get
        {
            var now = MonotonicClock.NowNs;
            if (_probes is null)
                return now - _probesStoppedNs > ProbesGoneNs && (Unfollowed is null || now - _startedNs > CalibrationPatienceNs);
            var layoutIsNear = _planned == TrackerPlan.Exact && _calibrator is { SawCalls: true } && now - _startedNs <= CalibrationPatienceNs;
            return now - _probesStartedNs > ProbesSettleNs && !layoutIsNear;
        }
    }

    /// <summary>While some polls are followed, those of runtimes of another kind are not yet: of which, and what is missing; else null.</summary>
    public string? Unfollowed => IsTracking && Tracker == TrackerPlan.Sampled ? _calibrator?.Pending : null;

    public bool TargetExited { get; private set; }

    /// <summary>The process called execve: what runs now is another program.</summary>
    public bool TargetReplaced => _kernel.Dispatcher.SawExec;

    public TrackerCounters Counters
    {
        get
        {
            var counters = _kernel.ReadCounters();
            var cost = _calibrator?.Cost ?? _calibrationCost;
            return counters with
            {
                BpfNs = counters.BpfNs + cost.BpfNs,
                BpfRuns = counters.BpfRuns + cost.BpfRuns,
                Samples = counters.Samples + cost.Samples,
                SampleNs = (counters.Samples + cost.Samples) * TimerCost.SampleNs,
                ProbeHits = counters.ProbeHits + cost.Hits,
                ProbeNs = counters.ProbeNs + cost.ProbeNs,
            };
        }
    }

    /// <summary>Where Tokio's state lies in the target; null while that is not known.</summary>
    public TokioLayout? Layout { get; private set; }

    /// <summary>Starts watching. While Tokio's layout is still being worked out, nothing is reported and <see cref="Reason"/> says what is missing.</summary>
    /// <exception cref="HudException">The process is gone, is no Tokio program, or the kernel does not let hud watch it.</exception>
    public static TrackerSession Start(TargetProcess target, ProcessModules modules, TrackerOptions options, ITrackerSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        var tokio = TokioModule.Find(modules);
        return new TrackerSession(target, modules, tokio.Module, TrackerPlan.For(tokio, options), options, sink);
    }

    /// <summary>Delivers everything seen since the last call.</summary>
    public void Drain()
    {
        // Asked first: what the target did before it went is still delivered.
        var exited = !_target.IsAlive();
        Earn();
        Calibrate();
        _kernel.Drain();
        if (!exited)
            _probes?.Update();
        KeepToAllowance();
        TargetExited = exited;
    }

    /// <summary>Polls that run now and are older than the threshold; the stacks of those that sleep go to the sink.</summary>
    public IReadOnlyList<PollEvent> InProgress() => _kernel.ReadInProgress(_thresholdNs, withStacks: true);

    /// <summary>All threads of the target, workers or not, those that have exited included where they were workers.</summary>
    public IReadOnlyList<WorkerTotals> Workers() => _kernel.Directory.Workers(MonotonicClock.NowNs);

    /// <summary>Asks for a <see cref="StackKind.Snapshot"/> of every thread; the stacks arrive with the next calls of <see cref="Drain"/>.</summary>
    public void RequestSnapshot() => _kernel.RequestSnapshot();

    /// <summary>Every poll by future type; empty unless the tracker is the exact one.</summary>
    public IReadOnlyList<FutureStatistics> Futures() => _probes?.Futures() ?? [];

    /// <summary>Blocking pools since <see cref="ResetBlockingPools"/>; of runtimes whose layout tells, else none.</summary>
    public IReadOnlyCollection<BlockingPoolTotals> BlockingPools() => _kernel.ReadBlockingPools();

    public void ResetBlockingPools() => _kernel.ResetBlockingPools();

    /// <summary>Counts polls by future type from now on.</summary>
    public void ResetFutures() => _probes?.ResetFutures();

    /// <summary>Counters by name, for diagnosis.</summary>
    public IReadOnlyDictionary<string, long> CountersByName() => _kernel.ReadCountersByName();

    /// <summary>Time and runs of each BPF program, as the kernel counted them.</summary>
    public IEnumerable<(string Name, long Ns, long Runs)> ProgramCosts() => _kernel.Statistics.PerProgram();

    public void Dispose()
    {
        _calibrator?.Dispose();
        _probes?.Dispose();
        _kernel?.Dispose();
        ProbeCost.Settle();
        Uprobes.AwaitRemovals();
    }

    /// <summary>A prefix that a person gave decides which threads count, whatever Tokio's memory says.</summary>
    private void RestrictTo(string? prefix)
    {
        if (prefix is not null)
            _kernel.Dispatcher.Accepts = tid => Scheduler.WorkerNames.IsWorker(_kernel.Directory.NameOf(tid), prefix);
    }

    private void Use(TokioLayout layout)
    {
        Layout = layout;
        _kernel.SetLayout(layout);
    }

    /// <summary>A busy program gives its layout away within a few milliseconds: worth waiting for, so that nothing goes unseen.</summary>
    private void CalibrateBriefly()
    {
        const long PatienceNs = 100_000_000;
        var end = MonotonicClock.NowNs + PatienceNs;
        while (!IsTracking && _calibrator is not null && MonotonicClock.NowNs < end)
        {
            Thread.Sleep(2);
            Earn();
            Calibrate();
        }
    }

    /// <summary>
    /// While the layout is not proven the exact tracker serves, and for good where it never is: tasks of runtimes of another
    /// kind, or too few to learn from. It makes way once the layout is known, and while <see cref="KeepToAllowance"/> rests.
    /// </summary>
    private void ProbeMeanwhile(Calibrator calibrator)
    {
        // A change of trackers loses the polls that run at that moment.
        var patienceNs = calibrator.SawCalls ? CalibrationPatienceNs : CalibrationPatienceNs / 3;
        if (_planned != TrackerPlan.Sampled || !_canProbe || _probesCostTooMuch)
            return;
        var elapsedNs = MonotonicClock.NowNs - _startedNs;
        if (_probes is null && Layout is null && elapsedNs > patienceNs)
        {
            if (_allowance is not null && !calibrator.IsCalm)
            {
                if (elapsedNs <= CalibrationPatienceWhereBusyNs)
                    return;
                BeginSpending();
                FollowWaits(string.Create(
                    CultureInfo.InvariantCulture,
                    $"timing every poll would take more than --max-overhead {100 * _options.MaxOverhead:0.##} allows, so often does the program poll"));
                return;
            }
            StartProbes();
            Tracker = TrackerPlan.Exact;
            IsTracking = true;
        }
        if (_probes is not null)
        {
            Reason = calibrator.SawCalls
                ? $"every poll is timed by probes while Tokio's layout is being worked out ({calibrator.Missing})"
                : "every poll is timed by probes: no scheduler was seen yet that tells where Tokio keeps its state";
        }
    }

    /// <summary>
    /// Where the exact tracker serves without having been asked for, it is watched: when the program polls so often that
    /// probes cost more than they may, waits of workers are followed instead, until the layout is known or after a rest.
    /// </summary>
    private void KeepToAllowance()
    {
        if (_spending is null || (_probes is null && !_probesCostTooMuch))
            return;
        var now = MonotonicClock.NowNs;
        var (hits, spentNs) = _kernel.ReadProbeCost();
        _spending.Update(now, hits, spentNs);
        if (_probesCostTooMuch)
        {
            if (Layout is null && _spending.MayTryAgain(now))
                TryProbesAgain();
            return;
        }
        if (_allowance is not { IsOverdrawn: true })
            return;
        StopProbes();
        _kernel.TrustFromNow();
        FollowWaits(_spending.Share > _options.MaxOverhead
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"timing every poll took {_spending.HitsPerSecond:N0} probe hits a second and {100 * _spending.Share:0.#} % of a CPU, more than --max-overhead {100 * _options.MaxOverhead:0.##} allows")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"working out Tokio's layout and timing every poll took more together than --max-overhead {100 * _options.MaxOverhead:0.##} allows"));
    }

    /// <summary>Instead of timing polls.</summary>
    private void FollowWaits(string why)
    {
        _probesCostTooMuch = true;
        _spending?.Rest(MonotonicClock.NowNs);
        _kernel.StartScheduler(_options.WorkersPrefix);
        Tracker = TrackerPlan.Scheduler;
        IsTracking = true;
        Reason = $"blocking is judged by the system calls that workers wait in: {why}, and where Tokio keeps its state is not known; --tracker exact times every poll at any cost";
    }

    private void TryProbesAgain()
    {
        _probesCostTooMuch = false;
        _kernel.StopScheduler();
        _kernel.TrustFromNow();
        StartProbes();
        Tracker = TrackerPlan.Exact;
        Reason = "every poll is timed by probes: where Tokio keeps its state is not known";
    }

    private void Earn() => _allowance?.Earn(MonotonicClock.NowNs, _cpu.NowNs);

    private void StartProbes()
    {
        ProbeCost.Prepare();
        _probes = _startProbes();
        _probesStartedNs = MonotonicClock.NowNs;
        BeginSpending();
    }

    private void BeginSpending()
    {
        var (hits, spentNs) = _kernel.ReadProbeCost();
        _spending?.Begin(MonotonicClock.NowNs, hits, spentNs);
    }

    private void StopProbes()
    {
        if (_probes is null)
            return;
        _kernel.StopExact();
        _probes.Dispose();
        _probes = null;
        _probesStoppedNs = MonotonicClock.NowNs;
    }

    private void SwitchToSampled()
    {
        StopProbes();
        if (_probesCostTooMuch)
            _kernel.StopScheduler();
        _probesCostTooMuch = false;
        Tracker = TrackerPlan.Sampled;
    }

    /// <summary>The places that poll functions return to are few and show at once on a busy program.</summary>
    private void ProbeBriefly()
    {
        const long PatienceNs = 250_000_000;
        const long QuietNs = 60_000_000;
        var start = MonotonicClock.NowNs;
        for (var last = start; _probes is not null && MonotonicClock.NowNs - last < QuietNs && MonotonicClock.NowNs - start < PatienceNs;)
        {
            Thread.Sleep(2);
            _kernel.Drain();
            if (_probes.Update())
                last = MonotonicClock.NowNs;
            Earn();
            KeepToAllowance();
        }
    }

    private void Calibrate()
    {
        if (_calibrator is not { } calibrator)
            return;
        if (calibrator.Step() && calibrator.Layout is { } layout)
        {
            // Tokio's memory tells from now on what is a poll: what probes alone took for one and still runs is left out.
            if (_planned == TrackerPlan.Exact && Layout is null)
                _kernel.TrustFromNow();
            if (_planned == TrackerPlan.Sampled)
                SwitchToSampled();
            Use(layout);
            IsTracking = true;
        }
        ProbeMeanwhile(calibrator);
        if (_planned == TrackerPlan.Sampled && _probes is null && !_probesCostTooMuch)
        {
            Reason = IsTracking
                ? "Tokio's memory is read; its layout was worked out from the running program" + (calibrator.Missing is { } open ? $" ({open})" : "")
                : $"Tokio's layout is being worked out: {calibrator.Missing}";
        }
        if (_planned == TrackerPlan.Exact && IsTracking)
        {
            Reason = Layout is not null ? _plannedReason
                : $"{_plannedReason}; where Tokio keeps its state is not known ({calibrator.Missing ?? "no scheduler was seen"}), so that root futures of block_on are not seen and block_in_place looks like a poll where its frame is inlined";
        }
        if (!calibrator.IsFinished)
            return;
        _calibrationCost = calibrator.Cost;
        calibrator.Dispose();
        _calibrator = null;
    }
}
