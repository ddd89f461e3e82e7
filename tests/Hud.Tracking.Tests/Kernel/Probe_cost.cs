using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Kernel;

public sealed class Probe_cost
{
    [Fact]
    public void Is_measured_and_between_what_hardware_and_slow_hosts_take()
    {
        Assert.SkipUnless(Root.IsRoot, "uprobes need root");
        ProbeCost.Prepare();
        ProbeCost.Settle();
        Uprobes.AwaitRemovals();

        var trap = ProbeCost.Trap;
        Assert.NotEqual(ProbeCost.Assumed, trap);
        Assert.InRange(trap.WarmNs, 200, 50_000);
        Assert.InRange(trap.Ns, trap.WarmNs, 50_000);
        Assert.InRange(trap.SteppedNs, trap.WarmNs, 100_000);
        Assert.Equal(3 * trap.Ns + 2 * trap.SteppedNs, trap.Of(5, 2));
    }
}
