using System.Globalization;

namespace Hud.Analysis;

/// <summary>Counts as people write them. The same in every culture.</summary>
public static class Counts
{
    /// <summary>Digits in groups of three, as "12,345".</summary>
    public static string Text(long n) => n.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"1 poll", "2 polls".</summary>
    public static string Text(long n, string noun) => $"{Text(n)} {noun}{(n == 1 ? "" : "s")}";
}
