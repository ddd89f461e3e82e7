using Hud.Analysis.Model;
using Hud.Symbols.Naming;

namespace Hud.Analysis;

/// <summary>A part of a whole.</summary>
/// <param name="Count">Blocking polls.</param>
/// <param name="Ns">Their own time.</param>
public readonly record struct Slice<TKey>(TKey Key, long Count, long Ns);

/// <summary>A range of durations: from <paramref name="FromNs"/> up to, not including, <paramref name="ToNs"/>.</summary>
public readonly record struct DurationBucket(long FromNs, long ToNs, long Count);

/// <summary>Other cuts through a report than its list of blockers. Pure functions.</summary>
public static class Breakdown
{
    /// <summary>Blocked time by cause, most first; the counts are those of the blockers with that cause.</summary>
    public static IReadOnlyList<Slice<string>> ByCause(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Slices(report.Blockers.Select(b => new Slice<string>(b.Cause, b.Count, b.TotalNs)), StringComparer.Ordinal);
    }

    /// <summary>Blocked time by worker thread, most first.</summary>
    public static IReadOnlyList<Slice<int>> ByWorker(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Slices(report.Blockers.SelectMany(b => b.WorkerShares).Select(w => new Slice<int>(w.Tid, w.Count, w.Ns)), EqualityComparer<int>.Default);
    }

    /// <summary>Blocked time by the crate of the culprit, most first.</summary>
    public static IReadOnlyList<Slice<string>> ByCrate(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Slices(report.Blockers.Select(b => new Slice<string>(CrateOf(b.Culprit), b.Count, b.TotalNs)), StringComparer.Ordinal);
    }

    /// <summary>Blocked time by source file of the culprit, most first; blockers without line information under their module.</summary>
    public static IReadOnlyList<Slice<string>> ByFile(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Slices(report.Blockers.Select(b => new Slice<string>(b.Culprit.File ?? b.Culprit.Module ?? "?", b.Count, b.TotalNs)), StringComparer.Ordinal);
    }

    /// <summary>The crate that a frame's function belongs to; the module's name where the function has no path.</summary>
    public static string CrateOf(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return FunctionPath.CrateOf(frame.Function) ?? frame.Module ?? "?";
    }

    /// <summary>Share (0…1) of all workers' time in the session or window that the blocker held; 0 when there is no time.</summary>
    public static double ShareOfWorkerTime(Report report, Blocker blocker)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(blocker);
        var length = Math.Min(report.Session.WindowNs ?? long.MaxValue, report.Session.DurationNs);
        var total = (double)length * Math.Max(1, report.WorkerCount);
        return total <= 0 ? 0 : Math.Min(1, blocker.TotalNs / total);
    }

    /// <summary>
    /// The durations of a blocker's polls among the report's events, in buckets that double: two for each factor of two
    /// when <paramref name="fine"/>. Empty buckets between the first and the last are kept.
    /// </summary>
    public static IReadOnlyList<DurationBucket> Histogram(Report report, string blockerId, bool fine = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        var durations = report.Events.Where(e => e.Blocker == blockerId).Select(e => e.Starved ? e.DurationNs : e.OnCpuNs + e.BlockedNs).ToList();
        if (durations.Count == 0) return [];

        var (shortest, longest) = (durations.Min(), durations.Max());
        var bounds = new List<long>();
        for (long bound = 1_000; bounds.Count < 200; bound *= 2)
        {
            bounds.Add(bound);
            if (fine) bounds.Add(bound + (bound / 2));
            if (bound > longest) break;
        }
        var buckets = new List<DurationBucket>();
        for (var i = 0; i < bounds.Count; i++)
        {
            var (from, to) = (i == 0 ? 0 : bounds[i - 1], bounds[i]);
            if (to <= shortest) continue;
            if (from > longest) break;
            buckets.Add(new DurationBucket(from, to, durations.Count(d => d >= from && d < to)));
        }
        return buckets;
    }

    private static IReadOnlyList<Slice<TKey>> Slices<TKey>(IEnumerable<Slice<TKey>> parts, IEqualityComparer<TKey> comparer) =>
        [.. parts.GroupBy(p => p.Key, comparer).Select(g => new Slice<TKey>(g.Key, g.Sum(p => p.Count), g.Sum(p => p.Ns))).OrderByDescending(s => s.Ns)];
}
