using Hud.Target;
using Hud.Tracking.Calibration;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Choice;

/// <summary>One module with Tokio in it: what is known of its layout, and what tells of its polls.</summary>
internal sealed class FollowedModule(int index, TokioModule tokio, TrackerPlan plan, int firstPollFunction) : IDisposable
{
    private CalibrationCost _calibrationCost;
    private long? _calledNs;
    private TokioLayout? _layout;
    private PollProbes? _probes;

    public int Index => index;

    public TokioModule Tokio => tokio;

    public TrackerPlan Plan => plan;

    /// <summary>Null where nothing is to be probed.</summary>
    public PollFunctions? Functions { get; } = plan.Sites is { } sites ? new PollFunctions(index, tokio.Module, sites, firstPollFunction) : null;

    /// <summary>Every poll can be timed.</summary>
    public bool CanProbe => Functions is { Sites.RawPoll.Count: > 0 };

    /// <summary>While the layout is being worked out.</summary>
    public Calibrator? Calibrator { get; private set; }

    /// <summary>Null while it is not known.</summary>
    public TokioLayout? Layout
    {
        get => _layout;
        set => (_layout, TrackedSinceNs) = (value, TrackedSinceNs ?? MonotonicClock.NowNs);
    }

    /// <summary>The exact tracker's, while it serves.</summary>
    public PollProbes? Probes
    {
        get => _probes;
        set => (_probes, TrackedSinceNs) = (value, TrackedSinceNs ?? MonotonicClock.NowNs);
    }

    /// <summary>Something tells of its polls.</summary>
    public bool IsTracked => Layout is not null || Probes is not null;

    /// <summary>When that began; null while nothing has.</summary>
    public long? TrackedSinceNs { get; private set; }

    /// <summary>Of the tracker that serves, as a sentence for people.</summary>
    public string Reason { get; set; } = plan.Reason;

    public CalibrationCost CalibrationCost => Calibrator?.Cost ?? _calibrationCost;

    /// <summary>When a task of it was first seen to run; null while none was.</summary>
    public long? CalledNs => _calledNs ??= Calibrator is { SawPolls: true } ? MonotonicClock.NowNs : null;

    public void BeginCalibration(TargetProcess target, ProbeAllowance? allowance)
    {
        if (plan.Calibrate)
            Calibrator = new Calibrator(target, tokio, plan.Sites!, plan.Multi, allowance);
    }

    public void EndCalibration()
    {
        if (Calibrator is not { } calibrator)
            return;
        _calibrationCost = calibrator.Cost;
        calibrator.Dispose();
        Calibrator = null;
    }

    public void Dispose()
    {
        Calibrator?.Dispose();
        Probes?.Dispose();
    }
}
