using System.Globalization;
using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>One worker of a Firefox profile: its blocking polls in order of start.</summary>
internal sealed class FirefoxThread
{
    private readonly int _tid;
    private readonly string _name;
    private readonly IReadOnlyList<PollRecord> _events;
    private readonly int[] _polls;
    private readonly long _markersFromNs;
    private readonly IReadOnlyList<(Blocker Blocker, long Ns)> _unlisted;

    private FirefoxThread(int tid, string name, IReadOnlyList<PollRecord> events, int[] polls, long markersFromNs, IReadOnlyList<(Blocker, long)> unlisted) =>
        (_tid, _name, _events, _polls, _markersFromNs, _unlisted) = (tid, name, events, polls, markersFromNs, unlisted);

    public static IReadOnlyList<string> Categories { get; } = [.. Causes.All.Select(c => c.Word)];

    /// <summary>The report's polls by thread; own time that no listed poll stands for becomes a thread of its own, so that the sum is whole.</summary>
    public static IReadOnlyList<FirefoxThread> Split(Report report, int maxMarkers, out int markersLeftOut)
    {
        var byThread = PollsByThread(report);
        var shortest = ShortestMarker(report, maxMarkers, out markersLeftOut);
        var threads = new List<FirefoxThread>();
        foreach (var (tid, label) in ThreadLabels.All(report))
            threads.Add(new FirefoxThread(tid, label, report.Events, byThread.GetValueOrDefault(tid) ?? [], shortest, []));
        var rest = ReportTotals.NotInEvents(report);
        (Blocker, long)[] unlisted = [.. report.Blockers.Where(b => rest[b.Id] > 0).Select(b => (b, rest[b.Id]))];
        if (unlisted.Length > 0)
            threads.Add(new FirefoxThread(0, "polls not listed one by one", report.Events, [], shortest, unlisted));
        return threads;
    }

    public void Write(Utf8JsonWriter json, FirefoxStrings strings, Report report)
    {
        var stacks = new FirefoxStacks(strings);
        var leaf = report.Blockers.ToDictionary(b => b.Id, b => stacks.Add(WeightedStacks.Common(b), Category(b.Cause)), StringComparer.Ordinal);
        var groups = report.Blockers.ToDictionary(b => b.Id, StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteString("processType", "default");
        json.WriteNumber("processStartupTime", 0);
        json.WriteNull("processShutdownTime");
        json.WriteNumber("registerTime", 0);
        json.WriteNull("unregisterTime");
        json.WriteStartArray("pausedRanges");
        json.WriteEndArray();
        json.WriteString("name", _name);
        json.WriteBoolean("isMainThread", false);
        json.WriteString("processName", NameText.Clean(report.Target.Name));
        json.WriteString("pid", report.Target.Pid.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("tid", _tid);
        json.WriteBoolean("showMarkersInTimeline", true);
        WriteSamples(json, report, leaf);
        WriteMarkers(json, strings, report, leaf, groups);
        stacks.Write(json);
        json.WriteEndObject();
        json.FlushIfLarge();
    }

    private void WriteSamples(Utf8JsonWriter json, Report report, Dictionary<string, int> leaf)
    {
        json.WriteStartObject("samples");
        json.WriteStartArray("stack");
        foreach (var i in _polls)
        {
            json.WriteNumberValue(leaf[_events[i].Blocker!]);
            json.FlushIfLarge();
        }

        foreach (var (blocker, _) in _unlisted)
            json.WriteNumberValue(leaf[blocker.Id]);
        json.WriteEndArray();
        json.WriteStartArray("time");
        foreach (var i in _polls)
        {
            json.WriteExactValue(_events[i].StartNs - report.Session.StartNs, 6);
            json.FlushIfLarge();
        }

        foreach (var _ in _unlisted)
            json.WriteExactValue(report.Session.DurationNs, 6);
        json.WriteEndArray();
        json.WriteStartArray("weight");
        foreach (var i in _polls)
        {
            json.WriteExactValue(ReportTotals.OwnNsOf(_events[i]), 6);
            json.FlushIfLarge();
        }

        foreach (var (_, ns) in _unlisted)
            json.WriteExactValue(ns, 6);
        json.WriteEndArray();
        json.WriteString("weightType", "tracing-ms");
        json.WriteNumber("length", _polls.Length + _unlisted.Count);
        json.WriteEndObject();
    }

    private void WriteMarkers(Utf8JsonWriter json, FirefoxStrings strings, Report report, Dictionary<string, int> leaf, Dictionary<string, Blocker> groups)
    {
        PollRecord[] shown = [.. _polls.Where(i => _events[i].DurationNs >= _markersFromNs).Select(i => _events[i])];
        json.WriteStartObject("markers");
        json.WriteColumn("name", shown, _ => strings.Index("blocking poll"));
        Times(json, "startTime", shown, p => p.StartNs - report.Session.StartNs);
        Times(json, "endTime", shown, p => p.StartNs + p.DurationNs - report.Session.StartNs);
        json.WriteColumn("phase", shown, _ => 1);
        json.WriteColumn("category", shown, p => Category(groups[p.Blocker!].Cause));
        json.WriteStartArray("data");
        foreach (var poll in shown)
        {
            WriteData(json, poll, groups[poll.Blocker!], leaf[poll.Blocker!], report);
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteNumber("length", shown.Length);
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, PollRecord poll, Blocker group, int stack, Report report)
    {
        json.WriteStartObject();
        json.WriteString("type", "hud-poll");
        json.WriteString("culprit", NameText.Clean(group.Culprit.Function, 500));
        if (group.Call is { } call)
            json.WriteString("call", NameText.Clean(call.Function, 500));
        json.WriteString("why", group.Cause);
        if (group.Detail is { } detail)
            json.WriteString("detail", NameText.Clean(detail, 500));
        json.WriteExact("own", ReportTotals.OwnNsOf(poll), 6);
        json.WriteExact("onCpu", poll.OnCpuNs, 6);
        json.WriteExact("asleep", poll.BlockedNs, 6);
        json.WriteExact("runQueue", poll.RunQueueNs, 6);
        json.WriteNumber("task", poll.TaskId);
        // The member that the viewer takes a marker's stack from.
        json.WriteStartObject("cause");
        json.WriteExact("time", poll.StartNs - report.Session.StartNs, 6);
        json.WriteNumber("tid", poll.Tid);
        json.WriteNumber("stack", stack);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Times(Utf8JsonWriter json, string name, PollRecord[] polls, Func<PollRecord, long> ns)
    {
        json.WriteStartArray(name);
        foreach (var poll in polls)
        {
            json.WriteExactValue(ns(poll), 6);
            json.FlushIfLarge();
        }

        json.WriteEndArray();
    }

    private static int Category(string cause)
    {
        for (var i = 0; i < Categories.Count; i++)
        {
            if (Categories[i] == cause)
                return i;
        }

        return Category(Causes.Other);
    }

    /// <summary>Indexes into the report's events by thread, in order of start. Indexes, since an hour has a million polls.</summary>
    private static Dictionary<int, int[]> PollsByThread(Report report)
    {
        var groups = report.Blockers.Select(b => b.Id).ToHashSet(StringComparer.Ordinal);
        var lists = new Dictionary<int, List<int>>();
        for (var i = 0; i < report.Events.Count; i++)
        {
            var e = report.Events[i];
            if (e.Starved || e.Blocker is not { } id || !groups.Contains(id))
                continue;
            if (!lists.TryGetValue(e.Tid, out var list))
                lists.Add(e.Tid, list = []);
            list.Add(i);
        }

        var sorted = new Dictionary<int, int[]>(lists.Count);
        foreach (var (tid, list) in lists)
        {
            list.Sort((a, b) => (report.Events[a].StartNs, a).CompareTo((report.Events[b].StartNs, b)));
            sorted.Add(tid, [.. list]);
        }

        return sorted;
    }

    /// <summary>Length from which polls get a marker so that at most <paramref name="max"/> do.</summary>
    private static long ShortestMarker(Report report, int max, out int leftOut)
    {
        leftOut = 0;
        if (report.Events.Count <= max)
            return 0;
        var lengths = new List<long>(report.Events.Count);
        foreach (var e in report.Events)
        {
            if (!e.Starved)
                lengths.Add(e.DurationNs);
        }

        if (lengths.Count <= max)
            return 0;
        lengths.Sort();
        var from = lengths[^max] + 1;
        leftOut = lengths.Count(l => l < from);
        return from;
    }
}
