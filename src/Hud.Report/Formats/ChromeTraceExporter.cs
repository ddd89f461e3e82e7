using System.Globalization;
using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>
/// Chrome trace events for Perfetto, Firefox Profiler, speedscope and catapult. Complete events (X) only, each with a
/// name, sorted by time and nested perfectly on their thread: the common ground of those four.
/// </summary>
internal sealed class ChromeTraceExporter : IExporter
{
    public string Name => "chrome";
    public IReadOnlyList<string> Extensions => [".json", ".trace.json"];
    public string Description => "Chrome trace events: ui.perfetto.dev, Firefox Profiler, speedscope";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var slices = TraceSlices.Of(report, out var origin);
        using var json = new Utf8JsonWriter(stream, ReportJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        WriteOtherData(json, report, origin);
        json.WriteStartArray("traceEvents");
        WriteNames(json, report);
        var writer = new EventWriter(json, report, origin);
        var edges = Edges(report);
        var next = 0;
        foreach (var slice in slices)
        {
            for (; next < edges.Count && edges[next].Ns <= slice.StartNs; next++)
                writer.WriteStallEdge(edges[next]);
            writer.WriteSlice(slice);
            json.FlushIfLarge();
        }

        for (; next < edges.Count; next++)
            writer.WriteStallEdge(edges[next]);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static void WriteOtherData(Utf8JsonWriter json, Report report, long origin)
    {
        json.WriteStartObject("otherData");
        foreach (var (name, value) in ExportFacts.Of(report))
            json.WriteString(name, value);
        json.WriteString("originNs", origin.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, Report report)
    {
        var pid = report.Target.Pid;
        WriteMeta(json, "process_name", pid, pid, "name", NameText.Clean(report.Target.Name));
        var known = new HashSet<int>();
        foreach (var (w, i) in report.Workers.Select((w, i) => (w, i)))
        {
            if (!known.Add(w.Tid))
                continue;
            WriteMeta(json, "thread_name", pid, w.Tid, "name", ThreadLabels.Of(w));
            json.WriteStartObject();
            json.WriteString("name", "thread_sort_index");
            json.WriteString("ph", "M");
            json.WriteNumber("pid", pid);
            json.WriteNumber("tid", w.Tid);
            json.WriteStartObject("args");
            json.WriteNumber("sort_index", w.Index ?? i);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void WriteMeta(Utf8JsonWriter json, string name, int pid, int tid, string arg, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", pid);
        json.WriteNumber("tid", tid);
        json.WriteStartObject("args");
        json.WriteString(arg, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static List<StallEdge> Edges(Report report)
    {
        var edges = new List<StallEdge>(report.DriverStalls.Count * 2);
        for (var i = 0; i < report.DriverStalls.Count; i++)
        {
            var stall = report.DriverStalls[i];
            edges.Add(new StallEdge(stall.StartNs, true, i, stall));
            edges.Add(new StallEdge(stall.StartNs + stall.DurationNs, false, i, stall));
        }

        // An end before a begin of the same time; a stall's own begin before its end.
        edges.Sort((a, b) => (a.Ns, a.Index, !a.Begins).CompareTo((b.Ns, b.Index, !b.Begins)));
        return edges;
    }

    private readonly record struct StallEdge(long Ns, bool Begins, int Index, DriverStall Stall);

    private sealed class EventWriter(Utf8JsonWriter json, Report report, long origin)
    {
        private readonly Dictionary<string, Blocker> _groups = report.Blockers.Concat(report.Starved)
            .GroupBy(b => b.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        private readonly Dictionary<int, int?> _indexes = report.Workers.GroupBy(w => w.Tid).ToDictionary(g => g.Key, g => g.First().Index);
        private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

        public void WriteSlice(TraceSlice slice)
        {
            var e = slice.Poll;
            var group = e.Blocker is { } id ? _groups.GetValueOrDefault(id) : null;
            json.WriteStartObject();
            json.WriteString("name", group is null ? "poll" : CleanName(group.Culprit.Function));
            json.WriteString("cat", e.Starved ? "starved" : "blocking");
            json.WriteString("ph", "X");
            json.WriteExact("ts", slice.StartNs - origin, 3);
            json.WriteExact("dur", slice.EndNs - slice.StartNs, 3);
            json.WriteNumber("pid", report.Target.Pid);
            json.WriteNumber("tid", e.Tid);
            json.WriteStartObject("args");
            if (_indexes.GetValueOrDefault(e.Tid) is { } index)
                json.WriteNumber("worker_id", index);
            else
                json.WriteNumber("worker_id", e.Tid);
            json.WriteString("cause", group?.Cause ?? (e.Starved ? Causes.CpuStarved : Causes.Other));
            json.WriteString("detection_method", report.Session.Tracker);
            if (group?.Call is { } call)
                json.WriteString("call", CleanName(call.Function));
            json.WriteNumber("on_cpu_ns", e.OnCpuNs);
            json.WriteNumber("asleep_ns", e.BlockedNs);
            json.WriteNumber("run_queue_ns", e.RunQueueNs);
            if (e.TaskId != 0)
                json.WriteNumber("task_id", e.TaskId);
            if (e.InProgress)
                json.WriteBoolean("in_progress", true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        public void WriteStallEdge(StallEdge edge)
        {
            json.WriteStartObject();
            json.WriteString("name", "driver stall");
            json.WriteString("cat", "driver");
            json.WriteString("ph", edge.Begins ? "b" : "e");
            json.WriteNumber("id", edge.Index + 1);
            json.WriteExact("ts", edge.Ns - origin, 3);
            json.WriteNumber("pid", report.Target.Pid);
            json.WriteNumber("tid", edge.Stall.Tid);
            json.WriteStartObject("args");
            if (edge.Begins)
                json.WriteNumber("idle_workers", edge.Stall.IdleWorkers);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        private string CleanName(string name)
        {
            if (!_names.TryGetValue(name, out var clean))
                _names[name] = clean = NameText.Clean(name) is { Length: > 0 } c ? c : "?";
            return clean;
        }
    }
}
