using System.Globalization;
using Hud.Analysis;

namespace Hud.Reporting;

/// <summary>How amounts are written for people; invariant, three significant digits.</summary>
public static class Units
{
    /// <summary>"0", "740 ns", "12.3 µs", "5 ms", "1.25 s", "2 min 05 s", "1 h 02 min".</summary>
    public static string Duration(long ns) => Math.Abs((double)ns) switch
    {
        0 => "0",
        < 999.5 => Text(ns, "ns"),
        < 999.5e3 => Text(ns / 1e3, "µs"),
        < 999.5e6 => Text(ns / 1e6, "ms"),
        < 59.995e9 => Text(ns / 1e9, "s"),
        < 3600e9 - 0.5e9 => Split(ns, 60, "min", "s"),
        _ => Split(ns / 60, 60, "h", "min"),
    };

    /// <summary>"0 %", "&lt; 0.01 %", "5.91 %", "100 %"; "–" when the whole is unknown.</summary>
    public static string Percent(long part, long whole)
    {
        if (whole <= 0)
            return "–";
        var percent = 100.0 * part / whole;
        return part == 0 ? "0 %" : percent < 0.01 ? "< 0.01 %" : Text(percent, "%");
    }

    /// <summary>Digits in groups of three, as "12,345".</summary>
    public static string Count(long n) => Counts.Text(n);

    /// <summary>"1 poll", "2 polls".</summary>
    public static string Count(long n, string noun) => Counts.Text(n, noun);

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes.ToString(CultureInfo.InvariantCulture)} B",
        < 999_500 => Text(bytes / 1e3, "kB"),
        < 999_500_000 => Text(bytes / 1e6, "MB"),
        _ => Text(bytes / 1e9, "GB"),
    };

    /// <summary>Nanoseconds as a decimal number of a larger unit, exactly: no floating point, no digit lost.</summary>
    /// <param name="ns">Nanoseconds, not negative.</param>
    /// <param name="digits">3 for microseconds, 6 for milliseconds, 9 for seconds.</param>
    internal static string Exact(long ns, int digits)
    {
        var unit = digits switch { 3 => 1_000L, 6 => 1_000_000L, _ => 1_000_000_000L };
        var (whole, rest) = Math.DivRem(ns, unit);
        var fraction = rest.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').TrimEnd('0');
        var text = whole.ToString(CultureInfo.InvariantCulture);
        return fraction.Length == 0 ? text : $"{text}.{fraction}";
    }

    /// <summary>True for a word that a line must not separate from the number before it.</summary>
    internal static bool IsUnit(ReadOnlySpan<char> word) =>
        word.TrimEnd(".,;:)") is "ns" or "µs" or "ms" or "s" or "min" or "h" or "%" or "B" or "kB" or "MB" or "GB";

    private static string Split(long ns, int factor, string big, string small)
    {
        var seconds = (ns + 500_000_000) / 1_000_000_000;
        var (a, b) = Math.DivRem(seconds, factor);
        return string.Create(CultureInfo.InvariantCulture, $"{a} {big} {b:00} {small}");
    }

    private static string Text(double value, string unit)
    {
        var digits = Math.Abs(value) switch { < 9.995 => "0.##", < 99.95 => "0.#", _ => "0" };
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {unit}";
    }
}
