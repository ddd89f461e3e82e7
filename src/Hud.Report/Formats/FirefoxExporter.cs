using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>
/// Firefox Profiler's processed format, version 57 (later viewers upgrade it; tables are per thread there). One thread a
/// worker; every blocking poll is a sample weighted with its own time and, up to a cap, a marker over its whole length.
/// </summary>
internal sealed class FirefoxExporter : IExporter
{
    private const int MaxMarkers = 100_000;

    public string Name => "firefox";
    public IReadOnlyList<string> Extensions => [".firefox.json"];
    public string Description => "Firefox Profiler: profiler.firefox.com; add .gz to compress";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var threads = FirefoxThread.Split(report, MaxMarkers, out var markersLeftOut);
        var strings = new FirefoxStrings();
        using var json = new Utf8JsonWriter(stream, ReportJson.WriterOptions);
        json.WriteStartObject();
        WriteMeta(json, report, markersLeftOut);
        json.WriteStartArray("libs");
        json.WriteEndArray();
        json.WriteStartArray("threads");
        foreach (var thread in threads)
            thread.Write(json, strings, report);
        json.WriteEndArray();
        json.WriteStartObject("shared");
        strings.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static void WriteMeta(Utf8JsonWriter json, Report report, int markersLeftOut)
    {
        json.WriteStartObject("meta");
        json.WriteExact("interval", Math.Max(1, report.Session.SamplePeriodNs), 6);
        json.WriteNumber("startTime", report.Session.StartedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("processType", 0);
        json.WriteString("product", $"{NameText.Clean(report.Target.Name)}: polls that blocked a Tokio worker");
        json.WriteString("importedFrom", $"{report.Tool.Name} {report.Tool.Version}");
        json.WriteNumber("stackwalk", 1);
        json.WriteNumber("version", 24);
        json.WriteNumber("preprocessedProfileVersion", 57);
        // Without this the site asks symbol servers about names that are here already.
        json.WriteBoolean("symbolicated", true);
        json.WriteString("CPUName", "");
        json.WriteString("oscpu", report.Session.Kernel is { } kernel ? $"Linux {NameText.Clean(kernel)}" : "Linux");
        json.WriteStartObject("sampleUnits");
        json.WriteString("time", "ms");
        json.WriteString("eventDelay", "ms");
        json.WriteString("threadCPUDelta", "ns");
        json.WriteEndObject();
        WriteCategories(json);
        WriteMarkerSchema(json);
        json.WriteStartArray("extra");
        json.WriteStartObject();
        json.WriteString("label", "hud");
        json.WriteStartArray("entries");
        foreach (var (name, value) in ExportFacts.Of(report).Append(("markersLeftOut", markersLeftOut.ToString(System.Globalization.CultureInfo.InvariantCulture))))
        {
            json.WriteStartObject();
            json.WriteString("label", name);
            json.WriteString("format", "string");
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCategories(Utf8JsonWriter json)
    {
        json.WriteStartArray("categories");
        foreach (var (name, color) in FirefoxThread.Categories.Select(c => (c, CauseColors.Firefox(c))))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("color", color);
            json.WriteStartArray("subcategories");
            json.WriteStringValue("Other");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMarkerSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("markerSchema");
        json.WriteStartObject();
        json.WriteString("name", "hud-poll");
        json.WriteString("tooltipLabel", "{marker.data.culprit} ({marker.data.why})");
        json.WriteString("chartLabel", "{marker.data.culprit}");
        json.WriteString("tableLabel", "{marker.data.culprit}: {marker.data.why}");
        json.WriteStartArray("display");
        json.WriteStringValue("marker-chart");
        json.WriteStringValue("marker-table");
        json.WriteStringValue("timeline-overview");
        json.WriteEndArray();
        json.WriteStartArray("fields");
        foreach (var (key, label, format) in (ReadOnlySpan<(string, string, string)>)
        [
            ("culprit", "Culprit", "string"), ("call", "Call", "string"), ("why", "Cause", "string"), ("detail", "Detail", "string"),
            ("own", "Own time", "duration"), ("onCpu", "On CPU", "duration"), ("asleep", "Asleep", "duration"), ("runQueue", "Run queue", "duration"), ("task", "Task id", "integer"),
        ])
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("label", label);
            json.WriteString("format", format);
            json.WriteBoolean("searchable", format == "string");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
