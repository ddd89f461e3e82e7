using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking;

/// <summary>Has the kernel check hud's BPF programs, without attaching them: what its version says is true of few distributions' kernels.</summary>
public static class ProgramCheck
{
    public static Finding Run()
    {
        try
        {
            Load("tracker.bpf.o", "on_poll_entry", "on_poll_return", "on_schedule");
            Load("calibrate.bpf.o", "on_run_task", "on_task_poll");
            return new("programs", FindingStatus.Ok, "the kernel accepts hud's BPF programs");
        }
        catch (HudException e)
        {
            return new("programs", FindingStatus.Missing, e.Message, e.Fix);
        }
    }

    private static void Load(string name, params ReadOnlySpan<string> probes)
    {
        using var bpf = BpfObject.Open(name);
        if (TrackerPlan.HasMulti)
        {
            foreach (var probe in probes)
                _ = LibBpf.SetExpectedAttachType(bpf.Program(probe), Uprobes.AttachTypeMulti);
        }
        bpf.Load();
    }
}
