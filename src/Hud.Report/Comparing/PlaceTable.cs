using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>A session's blockers by culprit and cause, with what is needed to tell noise from change.</summary>
internal sealed class PlaceTable
{
    private const double NsPerMinute = 60e9;

    private readonly Dictionary<(string Culprit, string Cause), Place> _places = [];

    private PlaceTable(double minutes) => Minutes = minutes;

    public double Minutes { get; }
    public IEnumerable<(string Culprit, string Cause)> Keys => _places.Keys;

    public static (string Culprit, string Cause) KeyOf(Blocker b) => (b.Culprit.Function, b.Cause);

    /// <param name="report">The session.</param>
    /// <param name="thresholdNs">At least the session's own; polls under it are left out where the report lists every poll.</param>
    public static PlaceTable Of(Report report, long thresholdNs)
    {
        var duration = report.Session.WindowNs is { } w ? Math.Min(w, report.Session.DurationNs) : report.Session.DurationNs;
        var table = new PlaceTable(Math.Max(duration, 1) / NsPerMinute);
        var listed = report.Events.Where(e => !e.Starved && e.Blocker is not null).ToLookup(e => e.Blocker!, StringComparer.Ordinal);
        foreach (var b in report.Blockers)
        {
            var own = listed[b.Id].Select(ReportTotals.OwnNsOf).ToArray();
            var complete = own.Length == b.Count;
            if (complete && thresholdNs > report.Session.ThresholdNs)
                own = [.. own.Where(ns => ns >= thresholdNs)];
            var part = complete
                ? (own.LongLength, own.Sum(), own.DefaultIfEmpty(0).Max(), own.Sum(ns => (double)ns * ns))
                : (b.Count, b.TotalNs, b.MaxNs, Variance(b));
            if (part.Item1 == 0)
                continue;
            if (!table._places.TryGetValue(KeyOf(b), out var place))
                table._places.Add(KeyOf(b), place = new Place(b));
            place.Add(part.Item1, part.Item2, part.Item3, part.Item4);
        }

        return table;
    }

    public PlaceSide Side((string, string) key) => _places.TryGetValue(key, out var p)
        ? new PlaceSide(p.Count, p.TotalNs, p.MaxNs, p.TotalNs / Minutes, p.Squares)
        : PlaceSide.None;

    public Blocker? Example((string, string) key) => _places.GetValueOrDefault(key)?.Worst;

    public PlaceSide Total()
    {
        var all = _places.Values.ToArray();
        var total = all.Sum(p => p.TotalNs);
        return new PlaceSide(all.Sum(p => p.Count), total, all.Select(p => p.MaxNs).DefaultIfEmpty(0).Max(), total / Minutes, all.Sum(p => p.Squares));
    }

    // A sum of N independent polls with N Poisson has variance E[N]·E[x²]; the second moment from what a group keeps.
    private static double Variance(Blocker b)
    {
        if (b.Count == 0)
            return 0;
        var mean = (double)b.TotalNs / b.Count;
        var spread = (b.P99Ns - b.P50Ns) / 2.33;
        return b.Count * (mean * mean + spread * spread);
    }

    private sealed class Place(Blocker worst)
    {
        public Blocker Worst { get; } = worst;
        public long Count { get; private set; }
        public long TotalNs { get; private set; }
        public long MaxNs { get; private set; }
        public double Squares { get; private set; }

        public void Add(long count, long ns, long max, double squares) =>
            (Count, TotalNs, MaxNs, Squares) = (Count + count, TotalNs + ns, Math.Max(MaxNs, max), Squares + squares);
    }
}
