using CsCheck;

namespace Hud.Reporting.Tests;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(740, "740 ns")]
    [InlineData(12_345, "12.3 µs")]
    [InlineData(999_499, "999 µs")]
    [InlineData(999_500, "1 ms")]
    [InlineData(5_000_000, "5 ms")]
    [InlineData(1_250_000_000, "1.25 s")]
    [InlineData(59_994_000_000, "60 s")]
    [InlineData(60_000_000_000, "1 min 00 s")]
    [InlineData(125_000_000_000, "2 min 05 s")]
    [InlineData(3_720_000_000_000, "1 h 02 min")]
    public void Durations(long ns, string text) => Assert.Equal(text, Units.Duration(ns));

    [Theory]
    [InlineData(0, 10, "0 %")]
    [InlineData(1, 0, "–")]
    [InlineData(1, 100_000, "< 0.01 %")]
    [InlineData(591, 10_000, "5.91 %")]
    [InlineData(10, 10, "100 %")]
    public void Percents(long part, long whole, string text) => Assert.Equal(text, Units.Percent(part, whole));

    [Fact]
    public void Exact_numbers_keep_every_nanosecond()
    {
        Gen.Long[0, 1_000_000_000_000_000].Sample(ns =>
        {
            Assert.Equal(ns, decimal.Parse(Units.Exact(ns, 3), System.Globalization.CultureInfo.InvariantCulture) * 1_000);
            Assert.Equal(ns, decimal.Parse(Units.Exact(ns, 9), System.Globalization.CultureInfo.InvariantCulture) * 1_000_000_000);
        });
    }
}
