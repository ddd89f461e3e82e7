using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>
/// What changed between two sessions, per minute of session. A change counts when it is a tenth or more and more than
/// three standard deviations of what the counts alone make expect.
/// </summary>
public sealed class ReportDiff
{
    private const double Deviations = 3;
    private const double SmallestChange = 0.10;

    /// <summary>A place that would have been seen three times or more is missed by chance in under 5 % of sessions.</summary>
    private const double SurelySeen = 3;

    private ReportDiff()
    {
    }

    public required Report Before { get; init; }
    public required Report After { get; init; }
    public required PlaceSide TotalBefore { get; init; }
    public required PlaceSide TotalAfter { get; init; }

    /// <summary>Worse and new ones first, largest change first within a kind.</summary>
    public required IReadOnlyList<PlaceChange> Places { get; init; }

    /// <summary>What limits the comparison, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>One sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>Some place got worse or is new, beyond noise: what <c>--fail-on-regression</c> fails on.</summary>
    public bool HasRegression => Places.Any(p => p is { Significant: true, Kind: ChangeKind.Worse or ChangeKind.New });

    /// <param name="before">The session to compare with.</param>
    /// <param name="after">The session in question.</param>
    public static ReportDiff Compare(Report before, Report after)
    {
        var threshold = Math.Max(before.Session.ThresholdNs, after.Session.ThresholdNs);
        PlaceTable old = PlaceTable.Of(before, threshold), @new = PlaceTable.Of(after, threshold);
        var places = old.Keys.Union(@new.Keys).Select(key => Change(key, old, @new))
            .OrderBy(p => p.Kind).ThenByDescending(p => p.Significant).ThenByDescending(p => Math.Abs(p.ChangeNsPerMinute))
            .ThenBy(p => p.Culprit.Function, StringComparer.Ordinal).ThenBy(p => p.Cause, StringComparer.Ordinal).ToArray();
        PlaceSide totalBefore = old.Total(), totalAfter = @new.Total();
        return new ReportDiff
        {
            Before = before,
            After = after,
            TotalBefore = totalBefore,
            TotalAfter = totalAfter,
            Places = places,
            Notes = [.. NotesOf(before, after)],
            Verdict = VerdictOf(places, totalBefore, totalAfter),
        };
    }

    internal static string Rate(PlaceSide side) => $"{Units.Duration((long)Math.Min(side.NsPerMinute, long.MaxValue / 2))} a minute";

    private static PlaceChange Change((string Culprit, string Cause) key, PlaceTable old, PlaceTable @new)
    {
        PlaceSide before = old.Side(key), after = @new.Side(key);
        var example = @new.Example(key) ?? old.Example(key)!;
        var (kind, significant, text) = (before.Count, after.Count) switch
        {
            (0, _) => Appeared(after, old.Minutes / @new.Minutes),
            (_, 0) => Vanished(before, @new.Minutes / old.Minutes),
            _ => Moved(before, after, old.Minutes, @new.Minutes),
        };
        return new PlaceChange(kind, key.Cause, example.Culprit, example.Call, before, after, significant, text);
    }

    private static (ChangeKind, bool, string) Appeared(PlaceSide after, double otherLength)
    {
        var expected = after.Count * otherLength;
        return expected >= SurelySeen
            ? (ChangeKind.New, true, $"new: {Rate(after)}, {Units.Count(after.Count, "poll")} up to {Units.Duration(after.MaxNs)}")
            : (ChangeKind.New, false, $"new, but rare ({Units.Count(after.Count, "poll")}): the session before may have missed it");
    }

    private static (ChangeKind, bool, string) Vanished(PlaceSide before, double otherLength)
    {
        var expected = before.Count * otherLength;
        return expected >= SurelySeen
            ? (ChangeKind.Gone, true, $"gone: was {Rate(before)}, {Units.Count(before.Count, "poll")}")
            : (ChangeKind.Gone, false, $"not seen, but was rare ({Units.Count(before.Count, "poll")}): may be chance");
    }

    private static (ChangeKind, bool, string) Moved(PlaceSide before, PlaceSide after, double minutesBefore, double minutesAfter)
    {
        var change = after.NsPerMinute - before.NsPerMinute;
        var deviation = Math.Sqrt(before.Variance / (minutesBefore * minutesBefore) + after.Variance / (minutesAfter * minutesAfter));
        var relative = change / before.NsPerMinute;
        var text = $"{Rate(before)} → {Rate(after)} ({Signed(relative)})";
        if (Math.Abs(relative) < SmallestChange || Math.Abs(change) < Deviations * deviation)
            return (ChangeKind.Unchanged, false, $"{text}, within noise");
        return (change > 0 ? ChangeKind.Worse : ChangeKind.Better, true, text);
    }

    private static string Signed(double relative) => (relative * 100).ToString("+0;−0;±0", CultureInfo.InvariantCulture) + " %";

    private static string VerdictOf(PlaceChange[] places, PlaceSide before, PlaceSide after)
    {
        int Count(ChangeKind kind) => places.Count(p => p.Significant && p.Kind == kind);
        int worse = Count(ChangeKind.Worse), appeared = Count(ChangeKind.New), better = Count(ChangeKind.Better), gone = Count(ChangeKind.Gone);
        var total = $"blocked time {Rate(before)} before, {Rate(after)} after";
        var changes = string.Join(", ", new[] { (worse, "worse"), (appeared, "new"), (better, "better"), (gone, "gone") }.Where(c => c.Item1 > 0).Select(c => $"{c.Item1} {c.Item2}"));
        return (worse + appeared, better + gone) switch
        {
            (0, 0) => before.Count + after.Count == 0 ? "Nothing blocked in either session." : $"No change beyond noise: {total}.",
            (0, _) => $"Better: {changes}; {total}.",
            (_, 0) => $"Worse: {changes}; {total}.",
            _ => $"Mixed: {changes}; {total}.",
        };
    }

    private static IEnumerable<string> NotesOf(Report before, Report after)
    {
        if (before.Session.ThresholdNs != after.Session.ThresholdNs)
        {
            var complete = before.Session.EventsLeftOut + after.Session.EventsLeftOut == 0;
            yield return $"The thresholds differ ({Units.Duration(before.Session.ThresholdNs)} and {Units.Duration(after.Session.ThresholdNs)}); "
                + (complete ? "only polls over the higher one are compared." : "not every poll is listed, so places with short polls cannot be compared fairly.");
        }

        if (before.Target.Name != after.Target.Name)
            yield return $"The programs differ: {NameText.Clean(before.Target.Name, 60)} and {NameText.Clean(after.Target.Name, 60)}.";
        if (before.Session.Tracker != after.Session.Tracker)
            yield return $"The trackers differ ({before.Session.Tracker} and {after.Session.Tracker}); they do not see the same polls.";
        foreach (var (report, which) in new[] { (before, "before"), (after, "after") })
        {
            if (report.Session.Lost.Events > 0)
                yield return $"The session {which} lost {Units.Count(report.Session.Lost.Events, "event")}: its times are lower bounds.";
            if (ReportTotals.Of(report).WorkerCount == 0)
                yield return $"The session {which} saw no worker: it proves nothing.";
        }

        var (shorter, longer) = (Math.Min(before.Session.DurationNs, after.Session.DurationNs), Math.Max(before.Session.DurationNs, after.Session.DurationNs));
        if (shorter > 0 && longer / shorter >= 5)
            yield return $"The sessions differ much in length ({Units.Duration(before.Session.DurationNs)} and {Units.Duration(after.Session.DurationNs)}); rare places show in the longer one only.";
    }
}
