using Hud.CommandLine;
using Hud.Sessions;
using Hud.Target;
using Hud.Tracking.Exact;

namespace Hud.Tests;

public class PollBaselineTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void The_threshold_is_a_multiple_of_the_bound_under_which_the_percentile_lies()
    {
        // 985 polls of up to 32 µs and 10 of up to 64 µs: the 99th percentile is among the latter.
        var baseline = new PollBaseline(new RelativeThreshold(3, 99), 0);
        var (ns, origin) = baseline.TryDerive(2 * Second, [Future((5, 500), (6, 5)), Future((5, 485), (6, 5), (14, 5))])!.Value;
        Assert.Equal(3 * 64_000, ns);
        Assert.Equal("3xp99: 99 % of 1000 polls in 2.0 s took 0.064 ms or less, counted in powers of two", origin);
    }

    [Theory]
    [InlineData(99, 999, 2)]
    [InlineData(99.9, 9999, 2)]
    [InlineData(50, 19, 2)]
    [InlineData(99, 1000, 1)]
    public void Too_few_polls_or_too_short_a_time_give_nothing(double percent, long polls, long seconds)
    {
        var baseline = new PollBaseline(new RelativeThreshold(3, percent), 0);
        Assert.Null(baseline.TryDerive(seconds * Second, [Future((5, polls))]));
        Assert.Equal(polls, baseline.Seen);
    }

    [Fact]
    public void A_threshold_below_what_is_followed_is_raised_and_that_is_said()
    {
        var (ns, origin) = new PollBaseline(new RelativeThreshold(3, 99), 0).TryDerive(3 * Second, [Future((2, 1000))])!.Value;
        Assert.Equal(100_000, ns);
        Assert.EndsWith(", raised to 0.1 ms, the least that is followed", origin, StringComparison.Ordinal);
    }

    [Fact]
    public void A_percentile_beyond_the_counters_is_refused()
    {
        var e = Assert.Throws<HudException>(() => new PollBaseline(new RelativeThreshold(3, 99), 0).TryDerive(3 * Second, [Future((5, 900), (23, 100))]));
        Assert.Equal("the threshold 3xp99 cannot be derived: 1 percent of the polls take longer than 4.2 s", e.Message);
    }

    private static FutureStatistics Future(params (int Bucket, long Polls)[] counts)
    {
        var histogram = new long[24];
        foreach (var (bucket, polls) in counts) histogram[bucket] = polls;
        return new FutureStatistics(0, null, 0, new TimeStatistics(histogram.Sum(), 0, 0, histogram), null);
    }
}
