using System.Globalization;

namespace Hud.Bench.EndToEnd;

/// <summary>One measured figure: its median with the quartiles, and the goal it is held against.</summary>
internal sealed record Row(string Name, string Unit, double Median, double Low, double High, int Runs, string Goal, string? Note = null)
{
    public static Row Of(string name, string unit, IEnumerable<double> values, string goal, string? note = null)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return new(name, unit, double.NaN, double.NaN, double.NaN, 0, goal, note ?? "nothing measured");
        return new(name, unit, Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75), sorted.Length, goal, note);
    }

    private static double Quantile(double[] sorted, double q)
    {
        var at = q * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (at - below));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name,-52} {Format(Median),10} {Unit,-10} {Format(Low),10} – {Format(High),-10} n={Runs,-3} goal {Goal}{(Note is null ? "" : "  (" + Note + ")")}");

    private static string Format(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "F0" : Math.Abs(value) >= 10 ? "F1" : "F3", CultureInfo.InvariantCulture);
}
