using System.Globalization;
using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Analysis.Reading;
using Hud.Tracking.Exact;

namespace Hud.Analysis.Session;

/// <summary>The exact tracker's figures by future type, named and with percentiles.</summary>
internal static class FutureTypes
{
    /// <summary>Most time first; poll functions of the same type (one for each kind of scheduler) stay apart.</summary>
    /// <param name="seen">Where neither debug information nor the mangling has the type.</param>
    public static IReadOnlyList<FutureInfo> Of(IReadOnlyList<FutureStatistics> futures, IStackNamer namer, SeenFutures seen) =>
    [
        .. futures
            .OrderByDescending(f => f.Polls.TotalNs).ThenBy(f => f.Address)
            .Select(f => new FutureInfo(
                TokioFrames.FutureOf(namer.FunctionAt(f.Address)) ?? f.Type ?? seen.Of(f.Index),
                string.Create(CultureInfo.InvariantCulture, $"0x{f.Address:x}"),
                Distribution(f.Polls),
                f.Delays is { } delays ? Distribution(delays) : null)),
    ];

    private static TimeDistribution Distribution(TimeStatistics times) => new(
        times.Count, times.TotalNs, times.LongestNs, Percentile(times, 0.50), Percentile(times, 0.99), times.Histogram);

    /// <summary>Upper end of the bucket that the percentile lies in, or the longest time where that is less; 0 without any.</summary>
    private static long Percentile(TimeStatistics times, double share)
    {
        // The counters are read while they are written.
        var wanted = Math.Ceiling(times.Histogram.Sum() * share);
        var within = 0L;
        for (var i = 0; i < times.Histogram.Count - 1; i++)
        {
            within += times.Histogram[i];
            if (within >= wanted) return Math.Min(1000L << i, times.LongestNs);
        }
        return times.LongestNs;
    }
}
