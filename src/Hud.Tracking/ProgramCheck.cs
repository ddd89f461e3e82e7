using Hud.Target;
using Hud.Tracking.Calibration;
using Hud.Tracking.Choice;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;

namespace Hud.Tracking;

/// <summary>Has the kernel check hud's BPF programs, without attaching them: what its version says is true of few distributions' kernels.</summary>
public static class ProgramCheck
{
    public static Finding Run()
    {
        try
        {
            Load(KernelTracker.ObjectName, KernelTracker.ProbePrograms);
            Load(Calibrator.ObjectName, Calibrator.ProbePrograms);
            return new("programs", FindingStatus.Ok, "the kernel accepts hud's BPF programs");
        }
        catch (HudException e)
        {
            return new("programs", FindingStatus.Missing, e.Message, e.Fix);
        }
    }

    private static void Load(string name, IReadOnlyList<string> probePrograms)
    {
        using var bpf = BpfObject.Open(name);
        if (TrackerPlan.HasMulti)
            bpf.ExpectMulti(probePrograms);
        bpf.Load();
    }
}
