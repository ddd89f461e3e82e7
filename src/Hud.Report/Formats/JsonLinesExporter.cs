using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>One JSON object a stall and line, in order of start: the report's event plus what its group says. For grep, jq and log pipelines.</summary>
internal sealed class JsonLinesExporter : IExporter
{
    public string Name => "jsonl";
    public IReadOnlyList<string> Extensions => [".jsonl", ".ndjson"];
    public string Description => "one JSON object per poll and line: jq, log pipelines";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var groups = report.Blockers.Concat(report.Starved).GroupBy(b => b.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var threads = report.Workers.GroupBy(w => w.Tid).ToDictionary(g => g.Key, g => g.First().Name);
        using var json = new Utf8JsonWriter(stream, ReportJson.WriterOptions);
        foreach (var e in report.Events)
        {
            var group = e.Blocker is { } id ? groups.GetValueOrDefault(id) : null;
            json.WriteStartObject();
            json.WriteNumber("startNs", e.StartNs);
            json.WriteNumber("durationNs", e.DurationNs);
            json.WriteNumber("ownNs", ReportTotals.OwnNsOf(e));
            json.WriteNumber("onCpuNs", e.OnCpuNs);
            json.WriteNumber("blockedNs", e.BlockedNs);
            json.WriteNumber("runQueueNs", e.RunQueueNs);
            json.WriteNumber("pid", report.Target.Pid);
            json.WriteNumber("tid", e.Tid);
            json.WriteString("thread", threads.GetValueOrDefault(e.Tid));
            json.WriteNumber("taskId", e.TaskId);
            json.WriteBoolean("starved", e.Starved);
            json.WriteBoolean("inProgress", e.InProgress);
            json.WriteString("blocker", e.Blocker);
            json.WriteString("cause", group?.Cause);
            json.WriteString("culprit", group?.Culprit.Function);
            json.WriteString("file", group?.Culprit.File);
            if (group?.Culprit.Line is { } line)
                json.WriteNumber("line", line);
            else
                json.WriteNull("line");
            json.WriteString("call", group?.Call?.Function);
            json.WriteString("detail", group?.Detail);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
            json.Reset(stream);
        }
    }
}
