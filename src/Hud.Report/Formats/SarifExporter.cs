using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>SARIF 2.1.0 for code scanning: one result a blocker at the culprit's line, with a fingerprint that outlives edits.</summary>
internal sealed class SarifExporter : IExporter
{
    /// <summary>GitHub shows the first 5,000 of at most 25,000 results.</summary>
    private const int MaxResults = 5_000;
    private const int MaxStacks = 3;
    private const int MaxFrames = 100;

    public string Name => "sarif";
    public IReadOnlyList<string> Extensions => [".sarif", ".sarif.json"];
    public string Description => "SARIF 2.1.0: code scanning, editors";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var paths = new SourcePaths(report, options.SourceRoot);
        var findings = CiFinding.Of(report, options);
        using var json = new Utf8JsonWriter(stream, ReportJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, report);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var finding in findings.Take(MaxResults))
        {
            WriteResult(json, finding, paths);
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var (name, value) in ExportFacts.Of(report))
            json.WriteString(name, value);
        json.WriteString("verdict", Verdict.Of(report).Headline);
        json.WriteNumber("resultsLeftOut", Math.Max(0, findings.Count - MaxResults));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }

    internal static string RuleId(string cause) => $"blocking/{cause}";

    private static void WriteTool(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", report.Tool.Name is { Length: > 0 } n ? n : "hud");
        json.WriteString("version", report.Tool.Version);
        json.WriteStartArray("rules");
        foreach (var cause in Causes.All.Where(c => c.Word != Causes.CpuStarved))
        {
            json.WriteStartObject();
            json.WriteString("id", RuleId(cause.Word));
            json.WriteString("name", $"Blocking{string.Concat(cause.Word.Split('-').Select(p => char.ToUpperInvariant(p[0]) + p[1..]))}");
            WriteText(json, "shortDescription", $"A poll held a Tokio worker: {cause.Meaning}.");
            WriteText(json, "help", cause.Advice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, CiFinding finding, SourcePaths paths)
    {
        var b = finding.Blocker;
        json.WriteStartObject();
        json.WriteString("ruleId", RuleId(b.Cause));
        json.WriteString("level", finding.Reason is null ? "warning" : finding.Fails ? "error" : "note");
        WriteText(json, "message", finding.Message());
        json.WriteStartArray("locations");
        json.WriteStartObject();
        if (finding.Place(paths) is { } place)
            WritePlace(json, place.File, place.Line);
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("fullyQualifiedName", NameText.Clean(b.Culprit.Function));
        json.WriteString("kind", "function");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        WriteStacks(json, b, paths);
        if (!finding.Fails)
        {
            json.WriteStartArray("suppressions");
            json.WriteStartObject();
            json.WriteString("kind", "external");
            json.WriteString("justification", finding.Reason);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteStartObject("partialFingerprints");
        json.WriteString("hudSite/v1", b.Id);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteNumber("count", b.Count);
        json.WriteNumber("totalNs", b.TotalNs);
        json.WriteNumber("maxNs", b.MaxNs);
        json.WriteNumber("p50Ns", b.P50Ns);
        json.WriteNumber("p99Ns", b.P99Ns);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteStacks(Utf8JsonWriter json, Blocker b, SourcePaths paths)
    {
        if (b.Stacks.Count == 0)
            return;
        json.WriteStartArray("stacks");
        foreach (var stack in b.Stacks.Take(MaxStacks))
        {
            json.WriteStartObject();
            WriteText(json, "message", $"{Units.Duration(stack.Ns)} of {Units.Duration(b.TotalNs)}, innermost frame first");
            json.WriteStartArray("frames");
            foreach (var frame in stack.Frames.Take(MaxFrames))
            {
                json.WriteStartObject();
                if (frame.Module is { } module)
                    json.WriteString("module", NameText.Clean(module, 200));
                json.WriteStartObject("location");
                if (frame.Kind == FrameKind.User && paths.Relative(frame.File) is { } file)
                    WritePlace(json, file, Math.Max(1, frame.Line ?? 1));
                WriteText(json, "message", NameText.Clean(frame.Function, 1000));
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter json, string file, int line)
    {
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', NameText.Clean(file).Split('/').Select(Uri.EscapeDataString)));
        json.WriteString("uriBaseId", "%SRCROOT%");
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", line);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string member, string text)
    {
        json.WriteStartObject(member);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
