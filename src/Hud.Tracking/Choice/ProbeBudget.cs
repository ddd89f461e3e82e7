using Hud.Target;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;

namespace Hud.Tracking.Choice;

/// <summary>
/// <c>--max-overhead</c> at work: calibration and the exact tracker share one allowance of the target's CPU time. There is no
/// limit where the exact tracker was asked for, whatever it costs.
/// </summary>
internal sealed class ProbeBudget
{
    private readonly ProcessCpuClock _cpu;
    private bool _probesAlone;

    public ProbeBudget(TargetProcess target, TrackerOptions options)
    {
        Limit = options.MaxOverhead;
        _cpu = new ProcessCpuClock(target.Pid);
        if (options.Tracker == TrackerPlan.Exact)
            return;
        Allowance = new ProbeAllowance(options.MaxOverhead);
        Exact = new ProbeSpending(Allowance);
    }

    /// <summary>Share of the target's CPU time, or of one CPU where it uses less than that.</summary>
    public double Limit { get; }

    /// <summary>Null: no limit.</summary>
    public ProbeAllowance? Allowance { get; }

    public bool IsOverdrawn => Allowance is { IsOverdrawn: true };

    /// <summary>What the exact tracker takes by itself; null: no limit.</summary>
    public ProbeSpending? Exact { get; }

    /// <summary>From the session's start on: what is spent while hud loads is an advance.</summary>
    public void Earn() => Allowance?.Earn(MonotonicClock.NowNs, _cpu.NowNs);

    /// <summary>What the exact tracker's programs and probes take counts from now on.</summary>
    /// <param name="probesAlone">The other programs serve another module, whatever they take.</param>
    public void Begin(KernelTracker kernel, bool probesAlone)
    {
        if (Exact is null)
            return;
        _probesAlone = probesAlone;
        var (hits, spentNs) = kernel.ReadProbeCost(probesAlone);
        Exact.Begin(MonotonicClock.NowNs, hits, spentNs);
    }

    public void Update(KernelTracker kernel)
    {
        if (Exact is null)
            return;
        var (hits, spentNs) = kernel.ReadProbeCost(_probesAlone);
        Exact.Update(MonotonicClock.NowNs, hits, spentNs);
    }

    /// <summary>Calibration shares the allowance with the tracker that serves already, or is about to.</summary>
    public void UpdateCalibrating(KernelTracker kernel)
    {
        Exact?.UpdateBeside(MonotonicClock.NowNs, kernel.ReadProbeCost(probesAlone: false).SpentNs);
    }
}
