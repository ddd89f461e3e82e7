using System.Globalization;
using System.Text;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests.GroundTruth;

/// <summary>The promises about detection, as assertions over a <see cref="Comparison"/>. Each failure lists every offender.</summary>
internal static class Verdicts
{
    /// <summary>At least 99 % of the calls that must be reported are.</summary>
    public static void ReportsWhatBlocks(this Comparison comparison, int atLeastCalls)
    {
        Assert.True(
            comparison.Required.Count >= atLeastCalls,
            $"only {comparison.Required.Count} blocking calls in the session, too few to judge (wanted {atLeastCalls})");
        AtMost(0.01, comparison.Missed.Select(m => $"missed: {m.Call}"), comparison.Required.Count, comparison);
    }

    /// <summary>At least 99 % of the reported blockers are real, and none lies where something legal ran.</summary>
    public static void ReportsNothingElse(this Comparison comparison)
    {
        AtMost(0.01, comparison.False.Select(e => Describe(e, comparison)), comparison.BlockerEvents, comparison);
        AtMost(0, comparison.FalseAtLegal.Select(f => $"{Describe(f.Event, comparison)} during {f.Call}"), comparison.BlockerEvents, comparison);
    }

    /// <summary>95 % of the durations are right within 1.5 ms or 5 %.</summary>
    public static void MeasuresDurations(this Comparison comparison) =>
        Assert.True(
            comparison.P95RelativeError <= 1,
            $"p95 of the duration error is {comparison.P95RelativeError:F2} times what is allowed\n" + List(
                comparison.Found.Where(m => m.RelativeError > 1).Select(m => $"{m.Call} reported as {m.Event!.DurationNs / 1e6:F2} ms")) + comparison.Summary());

    /// <summary>The cause is right for at least 98 %.</summary>
    public static void FindsCauses(this Comparison comparison) =>
        AtMost(0.02, comparison.WrongCause.Select(m => $"{m.Call} reported as {m.Group?.Cause ?? "nothing"}"), comparison.Found.Count, comparison);

    /// <summary>The function that was logged is on the stack, every time.</summary>
    /// <param name="except">Functions whose name is not in the program.</param>
    public static void NamesFunctions(this Comparison comparison, params string[] except) =>
        AtMost(0, comparison.NotNamed.Where(m => !except.Contains(m.Call.Function)).Select(m => $"{m.Call} reported as {m.Group?.Culprit.Function ?? "nothing"}"), comparison.Found.Count, comparison);

    /// <summary>The function that was logged is the culprit, but for the few whose samples hit a function below it.</summary>
    public static void FindsCulprits(this Comparison comparison, params string[] except) =>
        AtMost(
            0.02,
            comparison.NotCulprit.Where(m => !except.Contains(m.Call.Function)).Select(m => $"{m.Call} reported as {m.Group?.Culprit.Function ?? "nothing"}"),
            comparison.Found.Count,
            comparison);

    public static string Summary(this Comparison comparison)
    {
        var text = new StringBuilder();
        var session = comparison.Report.Session;
        text.AppendLine(CultureInfo.InvariantCulture, $"tracker {session.Tracker}, lost {session.Lost.Events} events and {session.Lost.Stacks} stacks");
        text.AppendLine(CultureInfo.InvariantCulture, $"{comparison.Required.Count} required, {comparison.Missed.Count} missed, {comparison.Stolen.Count} starved by the host, {comparison.BlockerEvents} reported, {comparison.False.Count} false ({comparison.FalseAtLegal.Count} at legal calls)");
        text.AppendLine(CultureInfo.InvariantCulture, $"{comparison.WrongCause.Count} wrong causes, {comparison.NotNamed.Count} not named, {comparison.NotCulprit.Count} not the culprit, p95 duration error {comparison.P95RelativeError:F2} of the allowed");
        foreach (var group in comparison.Required.GroupBy(m => m.Call.Function).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {group.Key,-24} {group.Count(),4} required {group.Count(m => m.Event is null),3} missed, worst error {group.Max(m => m.RelativeError):F2}");
        }
        foreach (var group in comparison.Found
            .Where(m => m.Group is null || m.Group.Cause != m.Call.Cause || !m.Group.IsCulprit(m.Call.Function))
            .GroupBy(m => $"{m.Call.Function} ({m.Call.Cause}) reported as {m.Group?.Culprit.Function ?? "nothing"} ({m.Group?.Cause}){(m.Group?.Names(m.Call.Function) == true ? "" : ", not on its stack")}")
            .OrderByDescending(g => g.Count()).Take(12))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {group.Count(),4} x {group.Key}");
        }
        foreach (var note in comparison.Report.Notes ?? []) text.AppendLine(CultureInfo.InvariantCulture, $"note: {note}");
        return text.ToString();
    }

    private static string Describe(JsonEvent poll, Comparison comparison)
    {
        var group = comparison.Report.GroupOf(poll);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"false: {group?.Culprit.Function} ({group?.Cause}) tid {poll.Tid} task {poll.TaskId} at {poll.StartNs} for {poll.DurationNs / 1e6:F2} ms: cpu {poll.OnCpuNs / 1e6:F2} asleep {poll.BlockedNs / 1e6:F2} run queue {poll.RunQueueNs / 1e6:F2}");
    }

    /// <summary>One offender among few is no evidence against a share; with a share of 0 there must be none.</summary>
    private static void AtMost(double share, IEnumerable<string> offenders, int total, Comparison comparison)
    {
        var list = offenders.ToList();
        var allowed = share > 0 && total > 0 ? Math.Max(1, share * total) : 0;
        Assert.True(list.Count <= allowed, $"{list.Count} of {total}, allowed are {allowed:F0} ({share:P0})\n{List(list)}{comparison.Summary()}");
    }

    private static string List(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var shown = all.Take(40).Select(l => $"  {l}\n");
        return string.Concat(shown) + (all.Count > 40 ? $"  and {all.Count - 40} more\n" : "");
    }
}
