using System.Numerics;

namespace Hud.Analysis.Session;

/// <summary>
/// Durations in buckets whose width is at most 1/512 of their value. Each bucket keeps the largest value it ever held, so
/// percentiles are exact while values do not share a bucket, and 0.2 % too high at most otherwise. Values can be taken out again.
/// </summary>
internal sealed class DurationHistogram
{
    private const int PrecisionBits = 9;
    private readonly SortedDictionary<long, (long Count, long Max)> _buckets = [];

    public long Count { get; private set; }

    public void Add(long ns)
    {
        var key = BucketOf(ns);
        var (count, max) = _buckets.GetValueOrDefault(key);
        _buckets[key] = (count + 1, Math.Max(max, ns));
        Count++;
    }

    public void Remove(long ns)
    {
        var key = BucketOf(ns);
        if (!_buckets.TryGetValue(key, out var bucket)) return;
        if (bucket.Count <= 1) _buckets.Remove(key);
        else _buckets[key] = bucket with { Count = bucket.Count - 1 };
        Count--;
    }

    /// <summary>The smallest value that at least the fraction <paramref name="p"/> (0…1) of all values do not exceed; 0 when empty.</summary>
    public long Percentile(double p)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(p * Count));
        long seen = 0;
        foreach (var (count, max) in _buckets.Values)
        {
            seen += count;
            if (seen >= rank) return max;
        }
        return 0;
    }

    private static long BucketOf(long ns)
    {
        var value = (ulong)Math.Max(ns, 0);
        var shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount(value | 1) - PrecisionBits);
        return ((long)shift << 32) | (long)(value >> shift);
    }
}
