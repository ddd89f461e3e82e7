using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Kernel;

/// <summary>Every program of every object passes this kernel's verifier.</summary>
public sealed class Verifier
{
    [Theory]
    [InlineData("tracker.bpf.o")]
    [InlineData("calibrate.bpf.o")]
    public void Accepts(string name)
    {
        Assert.SkipUnless(Root.IsRoot, "loading BPF programs needs root");
        using var bpf = BpfObject.Open(name);
        bpf.Load();
        Assert.NotEmpty(bpf.Programs());
    }
}
