using Hud.Target;
using Hud.Tracking.Calibration;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;

namespace Hud.Tracking.Choice;

/// <summary>
/// Loads what the plans need and decides as the session goes on which tracker serves: for each module the sampled one once its
/// layout is known, until then the exact one while its probes keep to their budget; where that serves none, the scheduler
/// tracker.
/// </summary>
internal sealed class TrackerChoice : IDisposable
{
    private const long ProbesSettleNs = 500_000_000;
    private const long ProbesGoneNs = 200_000_000;

    /// <summary>
    /// Probes stay so long, whatever they cost, once it is known where poll functions return to, and longer only until they have told of a
    /// poll: a program that polls too often for them shows meanwhile on which threads, and the waits of those can be followed.
    /// </summary>
    private const long FirstPollsNs = 200_000, LongestForFirstPollNs = 2_000_000;

    /// <summary>A thread that is just blocking runs into none and pays nothing meanwhile.</summary>
    private const long LongestForFirstHitNs = 60_000_000;

    /// <summary>With those it is not blocking.</summary>
    private const long HitsOfPolling = 100;

    /// <summary>Workers that run tasks give the layout away soon.</summary>
    private const long CalibrationPatienceNs = 1_500_000_000;

    /// <summary>So do those that poll all the time, but probes are in place for moments only.</summary>
    private const long CalibrationPatienceWhereBusyNs = 4_000_000_000;

    private readonly TargetProcess _target;
    private readonly ModulePlans _plans;
    private readonly LateModules _late;
    private readonly TrackerOptions _options;
    private readonly ProbeBudget _budget;
    private readonly long _startedNs = MonotonicClock.NowNs;
    private long _probesStartedNs;
    private long _probesStoppedNs;

    /// <summary>Why probes rest, a clause; null while they do not.</summary>
    private string? _restReason;
    private bool _followsWaits;

    /// <summary>Probes are in place that have learnt nothing yet.</summary>
    private bool _probesAreNew;

    /// <summary>Everything is loaded; nothing is tracked before <see cref="Begin"/>.</summary>
    /// <exception cref="HudException">The process is gone, or the kernel does not let hud watch it.</exception>
    public TrackerChoice(TargetProcess target, ProcessModules modules, ModulePlans plans, TrackerOptions options, ITrackerSink sink)
    {
        (_target, _plans, _options) = (target, plans, options);
        _budget = new ProbeBudget(target, options);
        bool? exactMulti = Modules.Any(m => m.CanProbe) ? TrackerPlan.HasMulti : null;
        try
        {
            Func<KernelTracker> load = () => new KernelTracker(target, modules, options, sink, exactMulti);
            // First, so that the program gives its layout away while the kernel checks the tracker's programs.
            foreach (var module in Modules)
            {
                module.BeginCalibration(target, _budget.Allowance);
                if (module.Calibrator is { } calibrator)
                {
                    var next = load;
                    load = () => calibrator.WhileWatched(next);
                }
            }
            Kernel = load();
            foreach (var _ in Modules)
                Kernel.AddModule();
            _late = new LateModules(modules, Kernel.Directory);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public KernelTracker Kernel { get; }

    /// <summary>Those that are followed, in the order of their indices.</summary>
    public IReadOnlyList<FollowedModule> Modules => _plans.Followed;

    /// <summary>The tracker that serves: "sampled", "exact" or "scheduler".</summary>
    public string Tracker =>
        _followsWaits ? TrackerPlan.Scheduler
        : Modules.Any(m => m.Plan.Tracker == TrackerPlan.Sampled && m.Layout is not null) ? TrackerPlan.Sampled
        : Modules.Any(m => m.Probes is not null) ? TrackerPlan.Exact
        : Modules[0].Plan.Tracker;

    /// <summary>Why this tracker, as a sentence for people.</summary>
    public string Reason => _followsWaits && _restReason is not null ? TrackerReasons.Waits(_restReason) : TrackerReasons.Of(HasLayout || HasProbes ? [.. Modules.Where(m => m.IsTracked)] : Modules);

    /// <summary>Polls are being tracked; false while no layout is known yet.</summary>
    public bool IsTracking { get; private set; }

    /// <summary>Every poll by future type; of modules whose polls probes tell of.</summary>
    public IReadOnlyList<FutureStatistics> Futures() =>
        Tracker == TrackerPlan.Exact ? [.. Modules.SelectMany(m => m.Probes?.Futures() ?? [])] : [];

    public void ResetFutures()
    {
        foreach (var module in Modules)
            module.Probes?.ResetFutures();
    }

    public CalibrationCost CalibrationCost => Modules.Aggregate(default(CalibrationCost), (sum, m) => sum + m.CalibrationCost);

    /// <summary>While some polls are followed, those of other runtimes are not yet: of which, and what is missing; else null.</summary>
    public string? Unfollowed =>
        IsTracking && Tracker == TrackerPlan.Sampled ? Modules.Select(m => m.Calibrator?.Pending).OfType<string>().FirstOrDefault() : null;

    /// <summary>Of a process with several modules: those whose runtimes are not followed or were not all the time, and why, in sentences.</summary>
    /// <param name="sinceNs">The session's start.</param>
    public IReadOnlyList<string> Gaps(long sinceNs) =>
        _followsWaits ? []
        : [.. Modules.Select(m => GapOf(m, sinceNs)).OfType<string>(), .. _plans.Left.Select(l => TrackerReasons.NotFollowed(l.Module, l.Reason))];

    /// <summary>
    /// Probes of the exact tracker hold up the polls that meet them while they are put in and taken out, and learn in their
    /// first moments where poll functions return to; what is seen until then is partly hud's doing.
    /// </summary>
    public bool IsSettled
    {
        get
        {
            var now = MonotonicClock.NowNs;
            if (!HasProbes)
                return now - _probesStoppedNs > ProbesGoneNs && (!IsMoreToCome || now - _startedNs > CalibrationPatienceNs);
            var layoutIsNear = now - _startedNs <= CalibrationPatienceNs && Modules.Any(m => m is { Plan.Tracker: TrackerPlan.Exact, Calibrator.SawCalls: true });
            return now - _probesStartedNs > ProbesSettleNs && !layoutIsNear;
        }
    }

    /// <summary>Polls of more runtimes are about to be followed.</summary>
    private bool IsMoreToCome => Unfollowed is not null || (HasLayout && Modules.Any(m => m is { IsTracked: false, Calibrator.SawCalls: true }));

    private bool HasProbes => Modules.Any(m => m.Probes is not null);

    private bool CanProbe(FollowedModule module) => module.CanProbe && Kernel.CanProbe;

    private bool HasLayout => Modules.Any(m => m.Layout is not null);

    /// <summary>Starts what can serve at once, and waits a moment for what is about to be known.</summary>
    /// <exception cref="HudException">The threads cannot be sampled.</exception>
    public void Begin()
    {
        _budget.Earn();
        Kernel.Start(samples: Modules.Any(m => m.Plan.Layout is not null || m.Plan.Tracker == TrackerPlan.Exact));
        foreach (var module in Modules)
            BeginWith(module);
        if (Modules is [{ Plan.Tracker: TrackerPlan.Scheduler }])
            StartScheduler();
        IsTracking = _followsWaits || HasProbes || HasLayout;
        CalibrateBriefly();
        LearnFromNewProbes();
    }

    /// <summary>Delivers everything seen since the last call, and changes the tracker where it is time.</summary>
    /// <param name="isAlive">False: the target has exited, no probe can be added any more.</param>
    public void Drain(bool isAlive)
    {
        _budget.Earn();
        Calibrate();
        LearnFromNewProbes();
        Kernel.Drain();
        if (isAlive)
        {
            UpdateProbes();
            FollowLate();
        }
        KeepToBudget();
    }

    public void Dispose()
    {
        foreach (var module in Modules)
            module.Dispose();
        Kernel?.Dispose();
        ProbeCost.Settle();
        Uprobes.AwaitRemovals();
    }

    private void BeginWith(FollowedModule module)
    {
        if (module.Plan.Layout is { } layout)
            Use(module, layout);
        if (module.Plan.Tracker == TrackerPlan.Exact && Kernel.CanProbe)
            StartProbes(module);
    }

    private void FollowLate()
    {
        foreach (var tokio in _late.Look(MonotonicClock.NowNs))
        {
            if (_plans.TryFollow(tokio) is not { } module)
                continue;
            module.BeginCalibration(_target, _budget.Allowance);
            Kernel.AddModule();
            BeginWith(module);
        }
    }

    private void Use(FollowedModule module, TokioLayout layout)
    {
        module.Layout = layout;
        Kernel.SetLayout(module.Index, layout, longChains: !module.Tokio.Presence.BoundsLifoPolls, insteadOfProbes: module is { Plan.Tracker: TrackerPlan.Sampled, Probes: not null });
    }

    /// <summary>A busy program gives its layout away within a few milliseconds: worth waiting for, so that nothing goes unseen.</summary>
    private void CalibrateBriefly()
    {
        const long PatienceNs = 100_000_000;
        var end = MonotonicClock.NowNs + PatienceNs;
        while (!IsTracking && Modules.Any(m => m.Calibrator is not null) && MonotonicClock.NowNs < end)
        {
            Thread.Sleep(2);
            _budget.Earn();
            Calibrate();
        }
    }

    /// <summary>The places that poll functions return to are few and show at once on a busy program.</summary>
    private void LearnFromNewProbes()
    {
        if (!_probesAreNew)
            return;
        _probesAreNew = false;
        const long PatienceNs = 250_000_000;
        const long QuietNs = 60_000_000;
        var start = MonotonicClock.NowNs;
        for (var last = start; HasProbes && MonotonicClock.NowNs - last < QuietNs && MonotonicClock.NowNs - start < PatienceNs;)
        {
            Thread.Sleep(2);
            Kernel.Drain();
            if (UpdateProbes())
                last = MonotonicClock.NowNs;
            _budget.Earn();
            KeepToBudget();
        }
    }

    private bool UpdateProbes()
    {
        var any = false;
        foreach (var module in Modules)
            any |= module.Probes?.Update() == true;
        return any;
    }

    private void Calibrate()
    {
        foreach (var module in Modules)
        {
            if (module.Calibrator is { } calibrator)
                Calibrate(module, calibrator);
        }
    }

    private void Calibrate(FollowedModule module, Calibrator calibrator)
    {
        var plan = module.Plan;
        if (calibrator.Step(besideProbes: module.Probes is not null) && calibrator.Layout is { } layout)
        {
            if (plan.Tracker == TrackerPlan.Sampled)
                SwitchToSampled(module, layout);
            else
                Use(module, layout);
            IsTracking = true;
        }
        ProbeMeanwhile(module, calibrator);
        if (plan.Tracker == TrackerPlan.Sampled && module.Probes is null && _restReason is null)
        {
            module.Reason = module.Layout is null ? TrackerReasons.Calibrating(calibrator.Missing)
                : TrackerReasons.Calibrated + (calibrator.Missing is { } open ? $" ({open})" : "");
        }
        if (plan.Tracker == TrackerPlan.Exact && IsTracking)
            module.Reason = module.Layout is not null ? plan.Reason : TrackerReasons.ExactBlind(plan.Reason, calibrator.Missing);
        if (calibrator.IsFinished)
            module.EndCalibration();
    }

    /// <summary>
    /// While the layout is not proven the exact tracker serves, and for good where it never is: tasks of runtimes of another
    /// kind, or too few to learn from. It makes way once the layout is known, and while <see cref="KeepToBudget"/> rests.
    /// </summary>
    private void ProbeMeanwhile(FollowedModule module, Calibrator calibrator)
    {
        // A change of trackers loses the polls that run at that moment.
        var patienceNs = calibrator.SawCalls ? CalibrationPatienceNs : CalibrationPatienceNs / 3;
        if (module.Plan.Tracker != TrackerPlan.Sampled || !CanProbe(module) || _restReason is not null)
            return;
        // A module that does nothing gets no probes as long as there is another to follow.
        var sinceNs = Modules.Any(m => m != module && m.IsTracked) ? module.CalledNs : _startedNs;
        if (module.Probes is null && module.Layout is null && MonotonicClock.NowNs - sinceNs is { } elapsedNs && elapsedNs > patienceNs)
        {
            if (_budget.Allowance is not null && !calibrator.IsCalm)
            {
                if (elapsedNs <= CalibrationPatienceWhereBusyNs)
                    return;
                RestProbes(TrackerReasons.WouldCostTooMuch(_budget.Limit));
                return;
            }
            StartProbes(module);
            IsTracking = true;
        }
        if (module.Probes is not null)
            module.Reason = calibrator.SawCalls ? TrackerReasons.ExactMeanwhile(calibrator.Missing) : TrackerReasons.ExactUntilSeen;
    }

    /// <summary>
    /// Where the exact tracker serves without having been asked for, it is watched: when the program polls so often that
    /// probes cost more than they may, waits of workers are followed instead, until the layout is known or after a rest.
    /// </summary>
    private void KeepToBudget()
    {
        if (_budget.Exact is not { } exact)
            return;
        if (!HasProbes && _restReason is null)
        {
            if (Modules.Any(m => m.Calibrator is not null))
                _budget.UpdateCalibrating(Kernel);
            return;
        }
        _budget.Update(Kernel);
        if (_restReason is not null)
        {
            if (Modules.Any(m => m.Layout is null && CanProbe(m)) && exact.MayTryAgain(MonotonicClock.NowNs))
                TryProbesAgain();
            return;
        }
        if (!_budget.IsOverdrawn)
            return;
        AwaitFirstPolls();
        foreach (var module in Modules)
            StopProbes(module);
        Kernel.TrustFromNow();
        RestProbes(TrackerReasons.CostTooMuch(exact.HitsPerSecond, exact.Share, _budget.Limit));
    }

    /// <summary>Here and now: until the next time that hud looks, probes of such a program would take milliseconds.</summary>
    private void AwaitFirstPolls()
    {
        var sinceNs = Modules.Max(m => m.Probes?.LearntNs ?? 0);
        var isLearnt = sinceNs > 0;
        if (!isLearnt)
            sinceNs = MonotonicClock.NowNs;
        var hits = Kernel.ProbeHits;
        bool AreSeen(long ns) =>
            (ns >= FirstPollsNs && Kernel.Directory.Threads().Any(t => t.RuntimeKind != 0)) ||
            (ns >= LongestForFirstPollNs && (ns >= LongestForFirstHitNs || Kernel.ProbeHits - hits >= HitsOfPolling));
        while (!AreSeen(MonotonicClock.NowNs - sinceNs))
        {
            Thread.Sleep(TimeSpan.FromMicroseconds(50));
            if (isLearnt)
                continue;
            Kernel.Drain();
            if (isLearnt = UpdateProbes())
                sinceNs = MonotonicClock.NowNs;
        }
    }

    /// <summary>Waits are followed instead of timing polls, but not where Tokio's memory tells of some: names do not tell whose they are.</summary>
    private void RestProbes(string why)
    {
        _restReason = why;
        _budget.Begin(Kernel, probesAlone: HasLayout);
        _budget.Exact?.Rest(MonotonicClock.NowNs);
        if (!HasLayout)
            StartScheduler();
        IsTracking = true;
    }

    private void TryProbesAgain()
    {
        _restReason = null;
        StopScheduler();
        Kernel.TrustFromNow();
        foreach (var module in Modules.Where(m => m.Layout is null && CanProbe(m)))
        {
            StartProbes(module);
            module.Reason = TrackerReasons.ExactForGood;
        }
    }

    private void StartScheduler()
    {
        Kernel.StartScheduler(_options.WorkersPrefix);
        _followsWaits = true;
    }

    private void StopScheduler()
    {
        if (_followsWaits)
            Kernel.StopScheduler();
        _followsWaits = false;
    }

    private void StartProbes(FollowedModule module)
    {
        ProbeCost.Prepare();
        module.Probes = Kernel.StartExact(module.Functions!, module.Plan.Multi);
        _probesAreNew = true;
        _probesStartedNs = MonotonicClock.NowNs;
        _budget.Begin(Kernel, probesAlone: HasLayout);
    }

    private void StopProbes(FollowedModule module)
    {
        if (module.Probes is null)
            return;
        Kernel.StopExact(module.Index);
        RemoveProbes(module);
    }

    private void RemoveProbes(FollowedModule module)
    {
        if (module.Probes is null)
            return;
        module.Probes.Dispose();
        module.Probes = null;
        _probesStoppedNs = MonotonicClock.NowNs;
    }

    private void SwitchToSampled(FollowedModule module, TokioLayout layout)
    {
        StopScheduler();
        if (Modules.All(m => m == module || m.Layout is not null))
            _restReason = null;
        Use(module, layout);
        RemoveProbes(module);
    }

    private string? GapOf(FollowedModule module, long sinceNs)
    {
        const long NoticedNs = 500_000_000;
        if (Modules.Count + _plans.Left.Count == 1)
            return null;
        if (module.IsTracked)
            return module.TrackedSinceNs - sinceNs is > NoticedNs and var lateNs ? TrackerReasons.FollowedLate(module.Tokio, lateNs) : null;
        if (module.Calibrator is not { } calibrator)
            return TrackerReasons.NotFollowed(module.Tokio, _restReason ?? module.Reason);
        return module.CalledNs is null ? TrackerReasons.NotAtWork(module.Tokio) : TrackerReasons.NotFollowed(module.Tokio, TrackerReasons.Calibrating(calibrator.Missing));
    }
}
