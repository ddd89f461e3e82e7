using Hud.Tracking.Sampled;

namespace Hud.Tracking.Tests.Sampled;

public class Tick_choice
{
    private const long Ms = 1_000_000, Second = 1_000_000_000;

    private static TickChoice Choice(long tickNs = 4 * Ms, long thresholdNs = 5 * Ms, long sampleNs = 40_000) =>
        new(tickNs, Ms, () => sampleNs) { ThresholdNs = thresholdNs };

    [Theory]
    [InlineData(4 * Ms, 5 * Ms, 40_000, true)]
    [InlineData(4 * Ms, 5 * Ms, 2_000, false)] // samples are cheap
    [InlineData(10 * Ms, 5 * Ms, 40_000, false)] // a poll of the threshold may fall between two ticks
    [InlineData(4 * Ms, 4 * Ms, 40_000, false)]
    [InlineData(0, 5 * Ms, 40_000, false)]
    public void Ticks_serve_where_samples_are_dear_and_ticks_close_enough(long tickNs, long thresholdNs, long sampleNs, bool serves) =>
        Assert.Equal(serves, Choice(tickNs, thresholdNs, sampleNs).Serves(Second, 0, 0));

    [Fact]
    public void They_do_not_for_a_while_after_a_poll_computed_for_long()
    {
        var choice = Choice();
        Assert.True(choice.Serves(Second, 0, 0));
        Assert.False(choice.Serves(2 * Second, 1, 0));
        Assert.False(choice.Serves(31 * Second, 1, 0));
        Assert.True(choice.Serves(33 * Second, 1, 0));
        Assert.False(choice.Serves(34 * Second, 2, 0));
    }

    [Fact]
    public void They_do_not_on_CPUs_that_have_none()
    {
        var choice = Choice();
        for (var i = 0; i < 10; i++)
            Assert.True(choice.Serves(i * 2 * Second, 0, i * 5)); // taken away by a host now and then
        Assert.False(choice.Serves(20 * Second, 0, 100));
        Assert.False(choice.Serves(1000 * Second, 0, 100));
    }

    [Fact]
    public void They_do_not_where_turns_are_counted_in_one_byte()
    {
        var choice = Choice();
        choice.RuleOut();
        Assert.False(choice.Serves(Second, 0, 0));
    }

    [Fact]
    public void Lower_thresholds_need_samples()
    {
        var choice = Choice();
        choice.ThresholdNs = 2 * Ms;
        Assert.False(choice.Serves(Second, 0, 0));
    }
}
