namespace Hud.Analysis.Session;

/// <summary>Splits a whole into integer shares without losing a nanosecond.</summary>
internal static class Shares
{
    /// <summary>
    /// Shares of <paramref name="total"/> in proportion to <paramref name="weights"/> (equal where all are 0); they add up
    /// to it exactly. The remainders go to the largest fractions first, to the earlier one among equals.
    /// </summary>
    public static long[] Of(long total, ReadOnlySpan<long> weights)
    {
        var shares = new long[weights.Length];
        if (weights.Length == 0 || total <= 0) return shares;

        Int128 sum = 0;
        foreach (var weight in weights) sum += Math.Max(weight, 0);
        var equal = sum == 0;
        if (equal) sum = weights.Length;

        var fractions = new Int128[weights.Length];
        long given = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var product = (Int128)total * (equal ? 1 : Math.Max(weights[i], 0));
            shares[i] = (long)(product / sum);
            fractions[i] = product % sum;
            given += shares[i];
        }
        var order = new int[weights.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => fractions[b] != fractions[a] ? fractions[b].CompareTo(fractions[a]) : a.CompareTo(b));
        for (var i = 0; given < total; i = (i + 1) % order.Length, given++) shares[order[i]]++;
        return shares;
    }
}
