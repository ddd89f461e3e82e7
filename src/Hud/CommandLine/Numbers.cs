using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Hud.CommandLine;

/// <summary>Parsers of options that take a number. Whatever else is written is an error with a sentence, never an exception.</summary>
internal static class Numbers
{
    private const double MostSeconds = 100L * 365 * 86_400;
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <param name="takes">The option and what it takes: "--max-processes takes a number from 1 to 1000".</param>
    public static Func<ArgumentResult, T?> Nullable<T>(string takes, Func<T, bool> isAllowed)
        where T : struct, INumber<T> =>
        result =>
        {
            if (T.TryParse(Text(result), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && isAllowed(value)) return value;
            return Refuse<T>(result, takes);
        };

    /// <inheritdoc cref="Nullable"/>
    public static Func<ArgumentResult, T> Plain<T>(string takes, Func<T, bool> isAllowed)
        where T : struct, INumber<T>
    {
        var parse = Nullable(takes, isAllowed);
        return result => parse(result) ?? default;
    }

    public static Func<ArgumentResult, int?> ProcessId { get; } = Nullable<int>("--pid takes a process id above 0", pid => pid > 0);

    /// <summary>Seconds above 0; "500ms", "5m" and "2h" too.</summary>
    public static Func<ArgumentResult, double?> Seconds(string option) => result =>
    {
        var (text, factor) = (Text(result), 1.0);
        foreach (var (suffix, seconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            (text, factor) = (text[..^suffix.Length], seconds);
            break;
        }
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor is > 0 and <= MostSeconds
            ? number * factor
            : Refuse<double>(result, $"{option} takes a number of seconds above 0, such as 30, 0.5, 500ms or 5m");
    };

    private static string Text(ArgumentResult result) => result.Tokens is [var token] ? token.Value : "";

    private static T? Refuse<T>(ArgumentResult result, string takes)
        where T : struct
    {
        result.AddError($"{takes}, not '{Text(result)}'.");
        return null;
    }
}
