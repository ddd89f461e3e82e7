using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Kernel;

public sealed class Timer_cost
{
    [Fact]
    public void Is_measured_once_and_between_what_hardware_and_slow_hosts_take()
    {
        Assert.SkipUnless(Root.IsRoot, "perf events need root");
        Assert.InRange(TimerCost.SampleNs, 500, 50_000);
        Assert.Equal(TimerCost.SampleNs, TimerCost.SampleNs);
    }
}
