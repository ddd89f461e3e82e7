using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>The CI gate: holds a report against limits, a baseline and an allow file.</summary>
public static class ReportCheck
{
    public static CheckResult Run(Report report, CheckOptions options)
    {
        var totals = ReportTotals.Of(report);
        if (totals.WorkerCount == 0)
            return new CheckResult(false, "FAILED: no Tokio worker was seen, so nothing was checked.", [], []);
        if (report.Session.NotReady is { } notReady && report.Blockers.Count == 0)
            return new CheckResult(false, $"FAILED: polls could not be followed, so nothing was checked. {NameText.Clean(notReady, 400)}", [], []);
        var known = options.Baseline?.Blockers.Select(PlaceTable.KeyOf).ToHashSet() ?? [];
        var onlyNew = (options.FailOn ?? (options.Baseline is null ? FailOn.Any : FailOn.New)) == FailOn.New;
        var limit = options.MaxBlockNs ?? (options.MaxTotalPercent is null ? 0 : long.MaxValue);
        var places = new List<CheckedPlace>();
        foreach (var b in report.Blockers)
            places.Add(Judge(b, limit, options.Allow, onlyNew && known.Contains(PlaceTable.KeyOf(b))));
        var overTotal = OverTotal(places, totals, options.MaxTotalPercent, onlyNew, out var share);
        if (overTotal)
            places = [.. places.Select(p => p.Status == PlaceStatus.Within && !(onlyNew && known.Contains(PlaceTable.KeyOf(p.Blocker))) ? p with { Status = PlaceStatus.Over, Reason = $"part of the blocked time, which is {share} of worker time and over the limit of {Percent(options.MaxTotalPercent!.Value)}" } : p)];
        if (report.Session.NotReady is { } partly && !places.Any(p => p.Fails))
            return new CheckResult(false, $"FAILED: not all polls could be followed. {NameText.Clean(partly, 400)}", places, [.. Notes(report, options, onlyNew)]);
        CheckedPlace[] sorted = [.. places.OrderByDescending(p => p.Fails).ThenByDescending(p => p.Blocker.MaxNs)];
        return new CheckResult(!sorted.Any(p => p.Fails), Verdict(sorted, limit, onlyNew, overTotal ? $"{share} of worker time is over the limit of {Percent(options.MaxTotalPercent!.Value)}" : null), sorted, [.. Notes(report, options, onlyNew)]);
    }

    private static CheckedPlace Judge(Blocker b, long limit, AllowList allow, bool known)
    {
        if (allow.LineFor(b) is { } line)
            return new CheckedPlace(b, PlaceStatus.Allowed, $"allowed by line {line} of the allow file");
        if (b.MaxNs <= limit)
            return new CheckedPlace(b, PlaceStatus.Within, limit == long.MaxValue ? "no limit for single polls" : $"{Units.Duration(b.MaxNs)} is within the limit of {Units.Duration(limit)}");
        if (known)
            return new CheckedPlace(b, PlaceStatus.Known, "the baseline has it too");
        return new CheckedPlace(b, PlaceStatus.Over, limit == 0 ? $"a poll held a worker for {Units.Duration(b.MaxNs)}" : $"{Units.Duration(b.MaxNs)} is over the limit of {Units.Duration(limit)}");
    }

    // With a baseline only what is new counts against the total, as it does against the single poll.
    private static bool OverTotal(List<CheckedPlace> places, ReportTotals totals, double? max, bool onlyNew, out string share)
    {
        long counted = places.Where(p => p.Status != PlaceStatus.Allowed && !(onlyNew && p.Status == PlaceStatus.Known)).Sum(p => p.Blocker.TotalNs);
        share = Units.Percent(counted, totals.WorkerNs);
        return max is { } percent && totals.WorkerNs > 0 && 100.0 * counted / totals.WorkerNs > percent;
    }

    private static string Verdict(CheckedPlace[] places, long limit, bool onlyNew, string? total)
    {
        var failing = places.Count(p => p.Fails);
        var excused = places.Count(p => p.Status is PlaceStatus.Known or PlaceStatus.Allowed);
        var rest = excused > 0 ? $" ({Units.Count(excused)} known or allowed)" : "";
        if (failing == 0)
            return places.Length == 0 ? "PASSED: nothing blocked a worker." : $"PASSED: none of {Units.Count(places.Length, "place")} that block is over a limit{rest}.";
        var single = !places.Any(p => p.Fails && p.Blocker.MaxNs > limit) ? null : limit == 0 ? "a poll blocked a worker" : $"a poll held a worker for more than {Units.Duration(limit)}";
        var what = string.Join(" and ", new[] { single, total }.OfType<string>());
        return $"FAILED: {what}, in {Units.Count(failing)} {(onlyNew ? "new " : "")}{(failing == 1 ? "place" : "places")}{rest}.";
    }

    private static IEnumerable<string> Notes(Report report, CheckOptions options, bool onlyNew)
    {
        if (onlyNew && options.Baseline is null)
            yield return "There is no baseline, so every place counts as new.";
        if (options.MaxBlockNs is { } max && max < report.Session.ThresholdNs)
            yield return $"The limit of {Units.Duration(max)} is below the session's threshold of {Units.Duration(report.Session.ThresholdNs)}: polls between them were not recorded.";
        if (report.Session.Lost.Events > 0)
            yield return $"{Units.Count(report.Session.Lost.Events, "event")} lost: a longer poll may have been missed.";
        foreach (var (line, pattern) in options.Allow.Unused(report))
            yield return $"Line {line} of the allow file ({NameText.Clean(pattern, 80)}) matched nothing.";
    }

    private static string Percent(double value) => value.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture) + " %";
}
