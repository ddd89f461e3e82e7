using System.Globalization;
using Hud.CommandLine;
using Hud.Target;
using Hud.Tracking.Exact;

namespace Hud.Sessions;

/// <summary>
/// How long a program's polls take while hud learns that: the exact tracker counts every poll by its wall time in powers of two
/// of a microsecond. What is derived is therefore an upper bound of the percentile, by up to a factor of two.
/// </summary>
internal sealed class PollBaseline(RelativeThreshold wanted, long startNs)
{
    /// <summary>The least that hud follows: a poll that is shorter than the probes cost says nothing.</summary>
    private const long LeastNs = 100_000;

    private const long LearnNs = 2_000_000_000;

    /// <summary>Beyond the percentile lie at least this many polls, so that one odd poll does not decide.</summary>
    private const int PollsBeyond = 10;

    /// <summary>Polls that have to be seen first.</summary>
    public long Needed => (long)Math.Ceiling(PollsBeyond / (1 - wanted.Percent / 100));

    /// <summary>Polls seen so far.</summary>
    public long Seen { get; private set; }

    /// <summary>The threshold and how it was derived; null while too little was seen.</summary>
    /// <exception cref="HudException">The percentile is beyond what is counted.</exception>
    public (long Ns, string Origin)? TryDerive(long nowNs, IReadOnlyList<FutureStatistics> futures)
    {
        var counts = Sum(futures);
        Seen = counts.Sum();
        if (nowNs - startNs < LearnNs || Seen < Needed) return null;

        var bucket = 0;
        for (var within = counts[0]; within < Seen * (wanted.Percent / 100); within += counts[bucket]) bucket++;
        if (bucket == counts.Length - 1)
            throw new HudException($"the threshold {wanted} cannot be derived: {100 - wanted.Percent:0.##} percent of the polls take longer than {Seconds(1000L << (bucket - 1))} s", "give --threshold in milliseconds", ExitCode.Failed);
        var boundNs = 1000L << bucket;
        var ns = (long)(boundNs * wanted.Factor);
        var raised = ns < LeastNs ? ", raised to 0.1 ms, the least that is followed" : "";
        var origin = string.Create(CultureInfo.InvariantCulture, $"{wanted}: {wanted.Percent} % of {Seen} polls in {Seconds(nowNs - startNs)} s took {boundNs / 1e6:0.###} ms or less, counted in powers of two{raised}");
        return (Math.Max(ns, LeastNs), origin);
    }

    private static string Seconds(long ns) => (ns / 1e9).ToString("0.0", CultureInfo.InvariantCulture);

    private static long[] Sum(IReadOnlyList<FutureStatistics> futures)
    {
        var sum = new long[futures.Select(f => f.Polls.Histogram.Count).DefaultIfEmpty(24).Max()];
        foreach (var future in futures)
        {
            for (var i = 0; i < future.Polls.Histogram.Count; i++) sum[i] += future.Polls.Histogram[i];
        }
        return sum;
    }
}
