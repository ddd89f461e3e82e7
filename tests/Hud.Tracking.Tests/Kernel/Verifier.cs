using Hud.Tracking.Calibration;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Tests.Kernel;

/// <summary>Every program of every object passes this kernel's verifier.</summary>
public sealed class Verifier
{
    [Theory]
    [InlineData(KernelTracker.ObjectName)]
    [InlineData(Calibrator.ObjectName)]
    public void Accepts(string name)
    {
        Assert.SkipUnless(Root.IsRoot, "loading BPF programs needs root");
        using var bpf = BpfObject.Open(name);
        bpf.Load();
        Assert.NotEmpty(bpf.Programs());
    }

    [Theory]
    [InlineData(8u)]
    [InlineData(8192u)]
    public unsafe void Accepts_calibration_with_thread_locals_of(uint bytes)
    {
        Assert.SkipUnless(Root.IsRoot, "loading BPF programs needs root");
        using var bpf = BpfObject.Open(Calibrator.ObjectName);
        bpf.Section(".rodata").InitialValue<WireCalibrationKnobs>()->TlsBytes = bytes;
        bpf.Load();
        Assert.NotEmpty(bpf.Programs());
    }
}
