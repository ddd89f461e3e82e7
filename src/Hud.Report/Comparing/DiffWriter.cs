using System.Text;
using System.Text.Json;
using Hud.Reporting.Formats;
using Hud.Target;

namespace Hud.Reporting;

/// <summary>A comparison as text, JSON (schema <c>hud.diff/1</c>), Markdown or HTML.</summary>
public static class DiffWriter
{
    public static IReadOnlyList<string> Formats { get; } = ["text", "json", "markdown", "html"];

    /// <summary>The format for an output file: by its name unless <paramref name="format"/> says.</summary>
    /// <exception cref="HudException">Neither does (usage).</exception>
    public static string Choose(string path, string? format)
    {
        var chosen = format?.ToLowerInvariant() ?? (OutputFile.IsStandardOutput(path) ? "text" : Path.GetExtension(path).ToLowerInvariant()) switch
        {
            "text" or ".txt" => "text",
            ".json" => "json",
            ".md" => "markdown",
            ".html" or ".htm" => "html",
            _ => "",
        };
        return Formats.Contains(chosen) ? chosen : throw new HudException($"{NameText.Clean(path)} tells no format for a comparison", "use .txt, .json, .md or .html, or --format", ExitCode.WrongUsage);
    }

    /// <param name="diff">What to write.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="stream">Stays open.</param>
    /// <param name="options">Width and colour for text, source root for paths.</param>
    public static void Write(ReportDiff diff, string format, Stream stream, ExportOptions options)
    {
        if (format == "json")
        {
            WriteJson(diff, stream);
            return;
        }

        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 16 * 1024, leaveOpen: true) { NewLine = "\n" };
        if (format == "html")
            DiffHtml.Write(diff, writer, options);
        else if (format == "markdown")
            WriteMarkdown(diff, writer);
        else
            DiffText.Write(diff, writer, options);
    }

    private static void WriteMarkdown(ReportDiff diff, StreamWriter text)
    {
        const int maxRows = 50;
        text.WriteLine($"### {MarkdownText.Plain(diff.Verdict)}");
        foreach (var note in diff.Notes)
            text.WriteLine($"\n> {MarkdownText.Plain(note)}");
        if (diff.Places.Count > 0)
        {
            text.WriteLine();
            text.WriteLine("| | culprit | cause | before, a minute | after, a minute | polls | max | |");
            text.WriteLine("|---|---|---|---:|---:|---:|---:|---|");
            foreach (var p in diff.Places.Take(maxRows))
                text.WriteLine($"| {DiffText.Word(p)} | {MarkdownText.Code(p.Culprit.Function)} | {MarkdownText.Plain(p.Cause)} | {Amount(p.Before)} | {Amount(p.After)} | {Units.Count(p.Before.Count)} → {Units.Count(p.After.Count)} | {Units.Duration(p.Before.MaxNs)} → {Units.Duration(p.After.MaxNs)} | {MarkdownText.Plain(p.Explanation)} |");
            if (diff.Places.Count > maxRows)
                text.WriteLine($"\n… and {Units.Count(diff.Places.Count - maxRows)} more places.");
        }
    }

    internal static string Amount(PlaceSide side) => side.Count == 0 ? "–" : Units.Duration((long)side.NsPerMinute);

    private static void WriteJson(ReportDiff diff, Stream stream)
    {
        void Head(Utf8JsonWriter json)
        {
            json.WriteBoolean("regression", diff.HasRegression);
            Side(json, "before", diff.TotalBefore);
            Side(json, "after", diff.TotalAfter);
        }

        JudgementJson.Write(stream, "hud.diff/1", diff.Verdict, diff.Notes, Head, diff.Places, WritePlace);
    }

    private static void WritePlace(Utf8JsonWriter json, PlaceChange place)
    {
        json.WriteString("change", place.Kind.ToString().ToLowerInvariant());
        json.WriteBoolean("significant", place.Significant);
        json.WriteString("culprit", place.Culprit.Function);
        json.WriteString("file", place.Culprit.File);
        if (place.Culprit.Line is { } line)
            json.WriteNumber("line", line);
        else
            json.WriteNull("line");
        json.WriteString("call", place.Call?.Function);
        json.WriteString("cause", place.Cause);
        json.WriteString("explanation", place.Explanation);
        Side(json, "before", place.Before);
        Side(json, "after", place.After);
    }

    private static void Side(Utf8JsonWriter json, string name, PlaceSide side)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", side.Count);
        json.WriteNumber("totalNs", side.TotalNs);
        json.WriteNumber("maxNs", side.MaxNs);
        json.WriteNumber("nsPerMinute", (long)side.NsPerMinute);
        json.WriteEndObject();
    }
}
