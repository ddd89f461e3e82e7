using Hud.Tracking.Sampled;

namespace Hud.Tracking.Tests.Sampled;

public sealed class Chain_sampler
{
    private const long Us = 1_000;

    [Theory]
    [InlineData(5_000 * Us, 1 * Us, 100 * Us)]
    [InlineData(5_000 * Us, 6 * Us, 150 * Us)]
    [InlineData(5_000 * Us, 50 * Us, 250 * Us)]
    [InlineData(100_000 * Us, 50 * Us, 1_250 * Us)]
    [InlineData(1_000 * Us, 50 * Us, 100 * Us)]
    public void Samples_are_further_apart_where_they_are_dear_but_meet_a_poll_of_the_threshold_often(long thresholdNs, long sampleNs, long periodNs) =>
        Assert.Equal(periodNs, ChainSampler.PeriodOf(thresholdNs, sampleNs));
}
