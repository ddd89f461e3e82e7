using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

internal static class ThreadLabels
{
    /// <summary>"tokio-runtime-worker 3 (tid 4243)".</summary>
    public static string Of(WorkerInfo w)
    {
        var name = NameText.Clean(w.Name) is { Length: > 0 } n ? n : "worker";
        var index = w.Index is { } i ? $" {i.ToString(CultureInfo.InvariantCulture)}" : "";
        return $"{name}{index} (tid {w.Tid.ToString(CultureInfo.InvariantCulture)})";
    }

    /// <summary>Every thread that a report mentions: its workers in order, then threads that only events know.</summary>
    public static IReadOnlyList<(int Tid, string Label)> All(Report report)
    {
        var threads = new List<(int, string)>();
        var known = new HashSet<int>();
        foreach (var w in report.Workers)
        {
            if (known.Add(w.Tid))
                threads.Add((w.Tid, Of(w)));
        }

        foreach (var e in report.Events)
        {
            if (known.Add(e.Tid))
                threads.Add((e.Tid, $"worker (tid {e.Tid.ToString(CultureInfo.InvariantCulture)})"));
        }

        return threads;
    }
}
