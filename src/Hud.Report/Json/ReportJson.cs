using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Reporting;

/// <summary>Reads and writes schema <c>hud.report/1</c>: what <c>--json</c> prints and <c>.hud.json</c> files hold.</summary>
public static class ReportJson
{
    // Function names are full of '<' and '>'; nothing embeds this file in HTML.
    private static readonly ReportJsonContext Context =
        new(new JsonSerializerOptions(ReportJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes one UTF-8 object and a final newline; streams, so the document is never in memory as a whole.</summary>
    public static void Write(Report report, Stream stream)
    {
        JsonSerializer.Serialize(stream, report, Context.Report);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>One object of the report's schema, for line-by-line formats.</summary>
    internal static void WritePoll(Utf8JsonWriter json, PollRecord poll) => JsonSerializer.Serialize(json, poll, Context.PollRecord);

    internal static JsonWriterOptions WriterOptions => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a report, gzipped or not.</summary>
    /// <param name="stream">Any readable stream; need not be seekable.</param>
    /// <param name="name">What to call the input in <paramref name="problem"/>.</param>
    /// <param name="problem">A sentence for the user when the result is null.</param>
    public static Report? TryRead(Stream stream, string name, out string? problem)
    {
        try
        {
            using var peeking = new PeekStream(stream, 64 * 1024);
            var head = peeking.Peek();
            if (head.Length == 0)
            {
                problem = $"{name} is empty.";
                return null;
            }

            if (head is [0x1f, 0x8b, ..])
            {
                using var gzip = new GZipStream(peeking, CompressionMode.Decompress);
                using var unzipped = new PeekStream(gzip, 64 * 1024);
                return Parse(unzipped, name, out problem);
            }

            return Parse(peeking, name, out problem);
        }
        catch (InvalidDataException e)
        {
            problem = $"{name} is damaged: {e.Message}";
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{name} cannot be read: {e.Message}";
            return null;
        }
    }

    /// <exception cref="HudException">The file cannot be read or is no report that this version understands.</exception>
    public static Report ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw new HudException($"{path} is a directory", "name a report file in it (.hud.json)", ExitCode.Failed);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new HudException($"{path} cannot be read: {OsErrors.Sentence(e)}", null, ExitCode.Failed);
        }

        using (file)
        {
            return TryRead(file, path, out var problem) ?? throw new HudException(problem!, null, ExitCode.Failed);
        }
    }

    private static Report? Parse(PeekStream stream, string name, out string? problem)
    {
        var schema = SchemaSniffer.Find(stream.Peek());
        if (schema.IsReport && schema.Version > SchemaSniffer.Supported)
        {
            problem = $"{name} was written by a newer hud (schema {schema.Name}); this one reads {Report.SchemaName}. Update hud to read it.";
            return null;
        }

        if (schema.Name is not null && !schema.IsReport)
        {
            problem = $"{name} is no hud report: its schema is \"{NameText.Clean(schema.Name, 60)}\".";
            return null;
        }

        if (schema.LooksLikeAnotherFormat)
        {
            problem = $"{name} is no hud report: it has no \"schema\" member. Use a file made with --export NAME.hud.json.";
            return null;
        }

        try
        {
            var report = JsonSerializer.Deserialize(stream, Context.Report);
            report = report is null ? null : ReportDefaults.Fill(report);
            problem = report is null ? $"{name} is no hud report: it holds null." : ReportValidation.Problem(report, name);
            return problem is null ? report : null;
        }
        catch (JsonException e)
        {
            problem = Explain(e, name, stream);
            return null;
        }
    }

    private static string Explain(JsonException e, string name, PeekStream stream)
    {
        const string Lacks = "missing required properties including: ";
        if (e.Message.IndexOf(Lacks, StringComparison.Ordinal) is >= 0 and var at)
            return $"{name} is no whole hud report: it lacks {NameText.Clean(e.Message[(at + Lacks.Length)..], 200).TrimEnd('.')}.";
        // A string that ends with the input is blamed on its beginning.
        if (stream.EndsAt(e.LineNumber, e.BytePositionInLine) || e.Message.Contains("reached end of data", StringComparison.Ordinal))
            return $"{name} is cut off: the report ends in the middle. The copy or the recording did not finish.";
        var where = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "" : $" at {NameText.Clean(e.Path, 120)}";
        var line = e.LineNumber is { } n ? $", line {n + 1}, byte {e.BytePositionInLine}" : "";
        return $"{name} is no readable hud report: unexpected content{where}{line}.";
    }
}
