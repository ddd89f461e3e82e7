using System.Text.Json.Serialization;

namespace Hud.Bench.Symbols;

/// <summary>One measured figure; <paramref name="Low"/> and <paramref name="High"/> are the quartiles.</summary>
internal sealed record Row(string Name, string Unit, double Median, double Low, double High, int Runs, string Goal, string? Note = null)
{
    public static Row Of(string name, string unit, IEnumerable<double> values, string goal, string? note = null)
    {
        double[] sorted = [.. values.Order()];
        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
        return new Row(name, unit, At(0.5), At(0.25), At(0.75), sorted.Length, goal, note);
    }

    public override string ToString() => FormattableString.Invariant($"{Name,-72} {Median,10:F1} {Unit,-6} [{Low:F1} .. {High:F1}]  {Goal} {Note}");
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<Row>))]
internal sealed partial class RowJson : JsonSerializerContext;
