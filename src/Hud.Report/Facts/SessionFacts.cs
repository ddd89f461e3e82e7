using Hud.Analysis;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>How the report came about and how far it can be trusted, as labelled sentences for every format made for people.</summary>
internal static class SessionFacts
{
    /// <summary>Label, sentence, and whether the reader should be careful.</summary>
    public static IEnumerable<(string Label, string Text, bool Warn)> Of(Report report)
    {
        var s = report.Session;
        yield return ("tracker", s.TrackerReason is { } reason ? $"{s.Tracker}: {reason}" : s.Tracker, false);
        foreach (var (runtime, i) in report.Target.Runtimes.Select((r, i) => (r, i)))
            yield return (i == 0 ? "runtimes" : "", RuntimeText.Of(runtime), runtime.BlockingPool is { SaturatedNs: > 0 });
        if (s.ThresholdOrigin is { } origin)
            yield return ("threshold", $"{Units.Duration(s.ThresholdNs)} from {origin}", false);
        if (s.Tracker == "exact")
            yield return ("precision", "a poll's ends are seen where they happen, to within microseconds; sleeps are exact", false);
        else if (s.SamplePeriodNs > 0)
            yield return ("precision", $"a poll's ends are seen to within {Units.Duration(s.SamplePeriodNs)} on CPU; sleeps are exact", false);
        if (s.Polls is { } polls)
            yield return ("polls", $"{Units.Count(polls)} observed", false);
        yield return LossText.Of(s.Lost) is { } losses ? ("losses", losses, true) : ("losses", "none", false);
        if (s.EventsLeftOut > 0)
            yield return ("left out", $"{Units.Count(s.EventsLeftOut, "poll")} are counted but not listed one by one", false);
        foreach (var symbols in Symbols(s.Symbols))
            yield return symbols;
        yield return ("own cost", OwnCost(s), false);
        if (s.EndReason is { } end)
            yield return ("ended", end, false);
        if (s.Host is not null || s.Kernel is not null)
            yield return ("host", string.Join(", ", new[] { s.Host, s.Kernel is { } k ? $"Linux {k}" : null }.OfType<string>()), false);
        if (s.CommandLine is { } command)
            yield return ("command", NameText.Clean(command, 200), false);
        yield return ("made by", $"{report.Tool.Name} {report.Tool.Version}", false);
    }

    private static IEnumerable<(string Label, string Text, bool Warn)> Symbols(SymbolQuality q)
    {
        var all = q.WithLines + q.NameOnly + q.Unnamed;
        if (all > 0)
            yield return ("symbols", $"{Units.Percent(q.WithLines, all)} of frames with file and line, {Units.Percent(q.NameOnly, all)} with a name only, {Units.Percent(q.Unnamed, all)} without a name", q.Unnamed * 4 > all);
        foreach (var (reason, count) in MostFirst(q.NameGaps))
            yield return ("missing", $"{Units.Count(count)}×: {reason}", false);
        foreach (var (reason, count) in MostFirst(q.CutStacks))
            yield return ("cut stacks", $"{Units.Count(count)}×: {reason}", true);
        if (q.Hint is { } hint)
            yield return ("hint", hint, false);
    }

    private static IOrderedEnumerable<KeyValuePair<string, long>> MostFirst(IReadOnlyDictionary<string, long> reasons) =>
        reasons.OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal);

    private static string OwnCost(SessionInfo s)
    {
        var o = s.Overhead;
        var each = o.BpfRuns > 0 ? $", {Units.Duration(o.BpfNs / o.BpfRuns)} each" : "";
        var samples = o.Samples > 0 ? $", about {Units.Duration(o.SampleNs)} for the interrupts of {Units.Count(o.Samples, "sample")}" : "";
        var probes = o.ProbeHits > 0 ? $", and about {Units.Duration(o.ProbeNs)} for {Units.Count(o.ProbeHits, "probe hit")}" : "";
        return $"{Units.Duration(o.OwnCpuNs)} of CPU ({Units.Percent(o.OwnCpuNs, o.OverNs)} of one core); in the target {Units.Duration(o.BpfNs)} in {Units.Count(o.BpfRuns, "run")} of BPF programs{each}{samples}{probes} ({Units.Percent(o.TargetNs, o.OverNs)} of one core); {Units.Bytes(o.PeakRssBytes)} of memory at most";
    }
}
