using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>Looks at threads between two calls: at their system calls and at samples while they run. Only as long as somebody learns from it.</summary>
internal sealed class MomentProbes(TargetProcess target, BpfObject bpf) : IDisposable
{
    private ThreadSampler? _sampler;
    private bool _seesSyscalls;

    /// <summary>
    /// Looks at system calls, and at samples where a period is given. A tracepoint that was left a moment ago takes 10 ms to
    /// enter again: so the first may stay where only the second has to go.
    /// </summary>
    public void Set(long? samplePeriodNs)
    {
        if (!_seesSyscalls)
            bpf.Attach("on_syscall");
        _seesSyscalls = true;
        if (samplePeriodNs is not { } period)
        {
            EndSamples();
        }
        else if (_sampler is null)
        {
            _sampler = new ThreadSampler(LibBpf.ProgramFd(bpf.Program("on_calibration_sample")), period);
            foreach (var thread in target.Threads())
                _sampler.Add(thread.Tid);
        }
    }

    public void Dispose()
    {
        EndSamples();
        bpf.DetachAll();
        _seesSyscalls = false;
    }

    private void EndSamples()
    {
        _sampler?.Dispose();
        _sampler = null;
    }
}
