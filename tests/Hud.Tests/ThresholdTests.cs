using Hud.CommandLine;

namespace Hud.Tests;

public class ThresholdTests
{
    [Theory]
    [InlineData("5", 5_000_000)]
    [InlineData("0.5", 500_000)]
    [InlineData("10ms", 10_000_000)]
    [InlineData("0.000001", 1)]
    public void Takes_milliseconds_with_fractions(string text, long ns)
    {
        Assert.True(Threshold.TryParse(text, out var threshold));
        Assert.Equal(ns, threshold.Ns);
    }

    [Theory]
    [InlineData("3xp99", 3, 99)]
    [InlineData("1.5xp99.9", 1.5, 99.9)]
    public void Takes_a_multiple_of_a_percentile(string text, double factor, double percent)
    {
        Assert.True(Threshold.TryParse(text, out var threshold));
        Assert.Equal(new RelativeThreshold(factor, percent), threshold.Relative);
        Assert.Equal(text, threshold.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("5s")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e9")]
    [InlineData("99999999999")]
    [InlineData("0xp99")]
    [InlineData("3xp100")]
    [InlineData("3xp0")]
    [InlineData("xp99")]
    [InlineData("3x99")]
    [InlineData("3xp99ms")]
    public void Refuses_everything_else(string text) => Assert.False(Threshold.TryParse(text, out _));
}
