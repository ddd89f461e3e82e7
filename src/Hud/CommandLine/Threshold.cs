using System.Globalization;

namespace Hud.CommandLine;

/// <summary>A number of milliseconds above 0 and of at most a day, or a multiple of a percentile of the program's own poll times.</summary>
/// <param name="Ns">In force; with <paramref name="Relative"/>, until that is known.</param>
internal readonly record struct Threshold(long Ns, RelativeThreshold? Relative = null)
{
    private const double MostMilliseconds = 86_400_000;

    public override string ToString() => Relative?.ToString() ?? (Ns / 1e6).ToString(CultureInfo.InvariantCulture);

    public static Threshold FromMilliseconds(double ms) => new(Math.Max(1, (long)Math.Round(ms * 1e6)));

    public static bool TryParse(string text, out Threshold threshold)
    {
        if (RelativeThreshold.TryParse(text) is { } relative)
        {
            threshold = FromMilliseconds(SessionOptions.DefaultThresholdMs) with { Relative = relative };
            return true;
        }
        threshold = default;
        if (text.EndsWith("ms", StringComparison.Ordinal)) text = text[..^2];
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ms) || !(ms > 0) || ms > MostMilliseconds) return false;
        threshold = FromMilliseconds(ms);
        return true;
    }
}

/// <summary>"3xp99": three times what 99 percent of the polls take at most.</summary>
internal sealed record RelativeThreshold(double Factor, double Percent)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Factor}xp{Percent}");

    /// <summary>Null where the text is none: a factor of 1 to 1000, a percentile of 1 to 99.99.</summary>
    public static RelativeThreshold? TryParse(string text)
    {
        var at = text.IndexOf("xp", StringComparison.Ordinal);
        return at > 0 && Number(text[..at]) is { } factor and >= 1 and <= 1000 && Number(text[(at + 2)..]) is { } percent and >= 1 and <= 99.99
            ? new RelativeThreshold(factor, percent) : null;

        static double? Number(string part) => double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
