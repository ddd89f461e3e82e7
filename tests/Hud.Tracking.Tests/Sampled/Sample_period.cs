namespace Hud.Tracking.Tests.Sampled;

public sealed class Sample_period
{
    [Theory]
    [InlineData(5_000_000, 1_500, 1_000_000)]
    [InlineData(1_000_000, 1_500, 250_000)]
    [InlineData(100_000, 1_500, 50_000)]
    [InlineData(1_000_000, 45_000, 450_000)]
    [InlineData(100_000, 20_000, 200_000)]
    [InlineData(1_000_000, 200_000, 1_000_000)]
    public void Follows_the_threshold_as_far_as_samples_are_cheap(long thresholdNs, long sampleNs, long expected) =>
        Assert.Equal(expected, new TrackerOptions { ThresholdNs = thresholdNs }.EffectiveSamplePeriodNs(() => sampleNs));

    [Fact]
    public void What_a_sample_costs_is_not_measured_where_it_does_not_matter() =>
        Assert.Equal(1_000_000, new TrackerOptions { ThresholdNs = 4_000_000 }.EffectiveSamplePeriodNs(() => throw new InvalidOperationException()));

    [Fact]
    public void Is_what_was_asked_for() =>
        Assert.Equal(250_000, new TrackerOptions { ThresholdNs = 5_000_000, SamplePeriodNs = 250_000 }.EffectiveSamplePeriodNs(() => 50_000));
}
