using Hud.Target;
using Hud.Tracking.Calibration;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;

namespace Hud.Tracking.Choice;

/// <summary>
/// Loads what the plan needs and decides as the session goes on which tracker serves: the sampled one once the layout is
/// known, until then the exact one while its probes keep to their budget, else the scheduler tracker.
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

    /// <summary>Workers that run tasks give the layout away soon.</summary>
    private const long CalibrationPatienceNs = 1_500_000_000;

    /// <summary>So do those that poll all the time, but probes are in place for moments only.</summary>
    private const long CalibrationPatienceWhereBusyNs = 4_000_000_000;

    private readonly TrackerPlan _plan;
    private readonly TrackerOptions _options;
    private readonly ProbeBudget _budget;
    private readonly Func<PollProbes> _startProbes;
    private readonly bool _canProbe;
    private readonly long _startedNs = MonotonicClock.NowNs;
    private Calibrator? _calibrator;
    private CalibrationCost _calibrationCost;
    private long _probesStartedNs;
    private long _probesStoppedNs;
    private bool _probesCostTooMuch;

    /// <summary>Everything is loaded; nothing is tracked before <see cref="Begin"/>.</summary>
    /// <exception cref="HudException">The process is gone, or the kernel does not let hud watch it.</exception>
    public TrackerChoice(TargetProcess target, ProcessModules modules, TokioModule tokio, TrackerPlan plan, TrackerOptions options, ITrackerSink sink)
    {
        (_plan, _options, Tracker, Reason) = (plan, options, plan.Tracker, plan.Reason);
        _budget = new ProbeBudget(target, options);
        _canProbe = plan.Sites is { RawPoll.Count: > 0 };
        var module = tokio.Module;
        try
        {
            // First, so that the program gives its layout away while the kernel checks the tracker's programs.
            if (plan.Calibrate)
                _calibrator = new Calibrator(target, module, plan.Sites!, plan.Multi, _budget.Allowance);
            KernelTracker Load() => new(target, options, sink, _canProbe ? plan.Multi : null, longChains: !tokio.Presence.BoundsLifoPolls);
            Kernel = _calibrator is null ? Load() : _calibrator.WhileWatched(Load);
            _startProbes = () => Kernel.StartExact(modules, module, plan.Sites!, plan.Multi);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public KernelTracker Kernel { get; }

    /// <summary>The tracker that serves: "sampled", "exact" or "scheduler".</summary>
    public string Tracker { get; private set; }

    /// <summary>Why this tracker, as a sentence for people.</summary>
    public string Reason { get; private set; }

    /// <summary>Polls are being tracked; false while the layout is not known yet.</summary>
    public bool IsTracking { get; private set; }

    /// <summary>Where Tokio's state lies in the target; null while that is not known.</summary>
    public TokioLayout? Layout { get; private set; }

    /// <summary>The exact tracker's, while it serves.</summary>
    public PollProbes? Probes { get; private set; }

    public CalibrationCost CalibrationCost => _calibrator?.Cost ?? _calibrationCost;

    /// <summary>While some polls are followed, those of runtimes of another kind are not yet: of which, and what is missing; else null.</summary>
    public string? Unfollowed => IsTracking && Tracker == TrackerPlan.Sampled ? _calibrator?.Pending : null;

    /// <summary>
    /// Probes of the exact tracker hold up the polls that meet them while they are put in and taken out, and learn in their
    /// first moments where poll functions return to; what is seen until then is partly hud's doing.
    /// </summary>
    public bool IsSettled
    {
        get
        {
            var now = MonotonicClock.NowNs;
            if (Probes is null)
                return now - _probesStoppedNs > ProbesGoneNs && (Unfollowed is null || now - _startedNs > CalibrationPatienceNs);
            var layoutIsNear = _plan.Tracker == TrackerPlan.Exact && _calibrator is { SawCalls: true } && now - _startedNs <= CalibrationPatienceNs;
            return now - _probesStartedNs > ProbesSettleNs && !layoutIsNear;
        }
    }

    /// <summary>Starts what can serve at once, and waits a moment for what is about to be known.</summary>
    /// <exception cref="HudException">The threads cannot be sampled.</exception>
    public void Begin()
    {
        Kernel.Start(samples: _plan.Layout is not null || _plan.Tracker == TrackerPlan.Exact);
        if (_plan.Layout is { } layout)
            Use(layout);
        if (_plan.Tracker == TrackerPlan.Scheduler)
            Kernel.StartScheduler(_options.WorkersPrefix);
        if (_plan.Tracker == TrackerPlan.Exact)
            StartProbes();
        IsTracking = _plan.Tracker != TrackerPlan.Sampled || _plan.Layout is not null;
        CalibrateBriefly();
        ProbeBriefly();
    }

    /// <summary>Delivers everything seen since the last call, and changes the tracker where it is time.</summary>
    /// <param name="isAlive">False: the target has exited, no probe can be added any more.</param>
    public void Drain(bool isAlive)
    {
        _budget.Earn();
        Calibrate();
        Kernel.Drain();
        if (isAlive)
            Probes?.Update();
        KeepToBudget();
    }

    public void Dispose()
    {
        _calibrator?.Dispose();
        Probes?.Dispose();
        Kernel?.Dispose();
        ProbeCost.Settle();
        Uprobes.AwaitRemovals();
    }

    private void Use(TokioLayout layout)
    {
        Layout = layout;
        Kernel.SetLayout(layout);
    }

    /// <summary>A busy program gives its layout away within a few milliseconds: worth waiting for, so that nothing goes unseen.</summary>
    private void CalibrateBriefly()
    {
        const long PatienceNs = 100_000_000;
        var end = MonotonicClock.NowNs + PatienceNs;
        while (!IsTracking && _calibrator is not null && MonotonicClock.NowNs < end)
        {
            Thread.Sleep(2);
            _budget.Earn();
            Calibrate();
        }
    }

    /// <summary>The places that poll functions return to are few and show at once on a busy program.</summary>
    private void ProbeBriefly()
    {
        const long PatienceNs = 250_000_000;
        const long QuietNs = 60_000_000;
        var start = MonotonicClock.NowNs;
        for (var last = start; Probes is not null && MonotonicClock.NowNs - last < QuietNs && MonotonicClock.NowNs - start < PatienceNs;)
        {
            Thread.Sleep(2);
            Kernel.Drain();
            if (Probes.Update())
                last = MonotonicClock.NowNs;
            _budget.Earn();
            KeepToBudget();
        }
    }

    private void Calibrate()
    {
        if (_calibrator is not { } calibrator)
            return;
        if (calibrator.Step() && calibrator.Layout is { } layout)
        {
            // Tokio's memory tells from now on what is a poll: what probes alone took for one and still runs is left out.
            if (_plan.Tracker == TrackerPlan.Exact && Layout is null)
                Kernel.TrustFromNow();
            if (_plan.Tracker == TrackerPlan.Sampled)
                SwitchToSampled();
            Use(layout);
            IsTracking = true;
        }
        ProbeMeanwhile(calibrator);
        if (_plan.Tracker == TrackerPlan.Sampled && Probes is null && !_probesCostTooMuch)
        {
            Reason = !IsTracking ? TrackerReasons.Calibrating(calibrator.Missing)
                : TrackerReasons.Calibrated + (calibrator.Missing is { } open ? $" ({open})" : "");
        }
        if (_plan.Tracker == TrackerPlan.Exact && IsTracking)
            Reason = Layout is not null ? _plan.Reason : TrackerReasons.ExactBlind(_plan.Reason, calibrator.Missing);
        if (!calibrator.IsFinished)
            return;
        _calibrationCost = calibrator.Cost;
        calibrator.Dispose();
        _calibrator = null;
    }

    /// <summary>
    /// While the layout is not proven the exact tracker serves, and for good where it never is: tasks of runtimes of another
    /// kind, or too few to learn from. It makes way once the layout is known, and while <see cref="KeepToBudget"/> rests.
    /// </summary>
    private void ProbeMeanwhile(Calibrator calibrator)
    {
        // A change of trackers loses the polls that run at that moment.
        var patienceNs = calibrator.SawCalls ? CalibrationPatienceNs : CalibrationPatienceNs / 3;
        if (_plan.Tracker != TrackerPlan.Sampled || !_canProbe || _probesCostTooMuch)
            return;
        var elapsedNs = MonotonicClock.NowNs - _startedNs;
        if (Probes is null && Layout is null && elapsedNs > patienceNs)
        {
            if (_budget.Allowance is not null && !calibrator.IsCalm)
            {
                if (elapsedNs <= CalibrationPatienceWhereBusyNs)
                    return;
                _budget.Begin(Kernel);
                FollowWaits(TrackerReasons.WouldCostTooMuch(_budget.Limit));
                return;
            }
            StartProbes();
            Tracker = TrackerPlan.Exact;
            IsTracking = true;
        }
        if (Probes is not null)
            Reason = calibrator.SawCalls ? TrackerReasons.ExactMeanwhile(calibrator.Missing) : TrackerReasons.ExactUntilSeen;
    }

    /// <summary>
    /// Where the exact tracker serves without having been asked for, it is watched: when the program polls so often that
    /// probes cost more than they may, waits of workers are followed instead, until the layout is known or after a rest.
    /// </summary>
    private void KeepToBudget()
    {
        if (_budget.Exact is not { } exact || (Probes is null && !_probesCostTooMuch))
            return;
        _budget.Update(Kernel);
        if (_probesCostTooMuch)
        {
            if (Layout is null && exact.MayTryAgain(MonotonicClock.NowNs))
                TryProbesAgain();
            return;
        }
        if (!_budget.IsOverdrawn)
            return;
        AwaitFirstPolls(Probes!.LearntNs);
        StopProbes();
        Kernel.TrustFromNow();
        FollowWaits(TrackerReasons.CostTooMuch(exact.HitsPerSecond, exact.Share, _budget.Limit));
    }

    /// <summary>Here and now: until the next time that hud looks, probes of such a program would take milliseconds.</summary>
    private void AwaitFirstPolls(long learntNs)
    {
        bool AreSeen(long ns) => ns >= LongestForFirstPollNs || (ns >= FirstPollsNs && Kernel.Directory.Threads().Any(t => t.RuntimeKind != 0));
        while (!AreSeen(MonotonicClock.NowNs - learntNs))
            Thread.Sleep(TimeSpan.FromMicroseconds(50));
    }

    /// <summary>Instead of timing polls.</summary>
    private void FollowWaits(string why)
    {
        _probesCostTooMuch = true;
        _budget.Exact?.Rest(MonotonicClock.NowNs);
        Kernel.StartScheduler(_options.WorkersPrefix);
        Tracker = TrackerPlan.Scheduler;
        IsTracking = true;
        Reason = TrackerReasons.Waits(why);
    }

    private void TryProbesAgain()
    {
        _probesCostTooMuch = false;
        Kernel.StopScheduler();
        Kernel.TrustFromNow();
        StartProbes();
        Tracker = TrackerPlan.Exact;
        Reason = TrackerReasons.ExactForGood;
    }

    private void StartProbes()
    {
        ProbeCost.Prepare();
        Probes = _startProbes();
        _probesStartedNs = MonotonicClock.NowNs;
        _budget.Begin(Kernel);
    }

    private void StopProbes()
    {
        if (Probes is null)
            return;
        Kernel.StopExact();
        Probes.Dispose();
        Probes = null;
        _probesStoppedNs = MonotonicClock.NowNs;
    }

    private void SwitchToSampled()
    {
        StopProbes();
        if (_probesCostTooMuch)
            Kernel.StopScheduler();
        _probesCostTooMuch = false;
        Tracker = TrackerPlan.Sampled;
    }
}
