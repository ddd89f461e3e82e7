using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>Looks at threads between two calls: at their system calls and at samples while they run. Only as long as somebody learns from it.</summary>
internal sealed class MomentProbes(TargetProcess target, BpfObject bpf) : IDisposable
{
    private const long SamplePeriodNs = 250_000;

    private ThreadSampler? _sampler;

    public void Set(bool on)
    {
        if (on == _sampler is not null)
            return;
        if (!on)
        {
            Dispose();
            return;
        }
        _sampler = new ThreadSampler(LibBpf.ProgramFd(bpf.Program("on_calibration_sample")), SamplePeriodNs);
        bpf.Attach("on_syscall");
        foreach (var thread in target.Threads())
            _sampler.Add(thread.Tid);
    }

    public void Dispose()
    {
        _sampler?.Dispose();
        _sampler = null;
        bpf.DetachAll();
    }
}
