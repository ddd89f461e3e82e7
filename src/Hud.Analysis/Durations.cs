using System.Globalization;

namespace Hud.Analysis;

/// <summary>Durations as people write them, three digits: 850 µs, 12.3 ms, 1.40 s, 2 min 05 s. The same in every culture.</summary>
public static class Durations
{
    public static string Text(long ns)
    {
        var c = CultureInfo.InvariantCulture;
        return Math.Abs(ns) switch
        {
            < 1_000 => string.Create(c, $"{ns} ns"),
            < 999_500 => string.Create(c, $"{ns / 1e3:0} µs"),
            < 9_995_000 => string.Create(c, $"{ns / 1e6:0.00} ms"),
            < 99_950_000 => string.Create(c, $"{ns / 1e6:0.0} ms"),
            < 999_500_000 => string.Create(c, $"{ns / 1e6:0} ms"),
            < 9_995_000_000 => string.Create(c, $"{ns / 1e9:0.00} s"),
            < 59_950_000_000 => string.Create(c, $"{ns / 1e9:0.0} s"),
            _ => string.Create(c, $"{(ns + 500_000_000) / 60_000_000_000} min {(ns + 500_000_000) / 1_000_000_000 % 60:00} s"),
        };
    }

    /// <summary>A round value without needless digits: "5 ms", "1.5 s".</summary>
    public static string Round(long ns)
    {
        var c = CultureInfo.InvariantCulture;
        return ns switch
        {
            < 1_000_000 => string.Create(c, $"{ns / 1e3:0.###} µs"),
            < 1_000_000_000 => string.Create(c, $"{ns / 1e6:0.###} ms"),
            _ => string.Create(c, $"{ns / 1e9:0.###} s"),
        };
    }
}
