using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>What each file says about itself, as name and value: enough to know where it came from and what it lacks.</summary>
internal static class ExportFacts
{
    public static IEnumerable<(string Name, string Value)> Of(Report report)
    {
        var s = report.Session;
        yield return ("tool", $"{report.Tool.Name} {report.Tool.Version}");
        yield return ("target", NameText.Clean(report.Target.Name));
        yield return ("pid", Number(report.Target.Pid));
        yield return ("tokio", report.Target.TokioVersion ?? "unknown");
        yield return ("started", Rfc3339(s.StartedAt));
        yield return ("startNs", Number(s.StartNs));
        yield return ("durationNs", Number(s.DurationNs));
        yield return ("thresholdNs", Number(s.ThresholdNs));
        yield return ("tracker", s.Tracker);
        yield return ("workers", Number(ReportTotals.Of(report).WorkerCount));
        yield return ("lostEvents", Number(s.Lost.Events));
        yield return ("lostStacks", Number(s.Lost.Stacks));
        yield return ("cutStacks", Number(s.Symbols.CutStacks.Values.Sum()));
        yield return ("eventsLeftOut", Number(s.EventsLeftOut));
        yield return ("ownNsLeftOut", Number(ReportTotals.NotInEvents(report).Values.Sum()));
    }

    public static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);
}
