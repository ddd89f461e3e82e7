using System.Globalization;

namespace Hud.Symbols.Tests;

/// <summary>How long the fuzzed properties run: briefly in a test run, as HUD_FUZZ_ITERATIONS says in a long one.</summary>
internal static class Fuzz
{
    public static long Iterations { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("HUD_FUZZ_ITERATIONS"), CultureInfo.InvariantCulture, out long iterations)
            ? iterations
            : 2_000;
}
