using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>A check's outcome for the log of a CI job, and as JSON (schema <c>hud.check/1</c>).</summary>
public static class CheckWriter
{
    private const int MaxRows = 20;

    /// <summary>Verdict, then the worst offenders with place, reason and advice.</summary>
    public static void WriteText(CheckResult result, Report report, TextWriter writer, ExportOptions options)
    {
        var canvas = new TextCanvas(writer, options.Width, options.Color);
        var paths = new SourcePaths(report, options.SourceRoot);
        canvas.Paragraph(result.Verdict, 0, result.Passed ? Ink.Good : Ink.Bad);
        foreach (var note in result.Notes)
            canvas.Paragraph(note, 2, Ink.Warn, "! ", Ink.Warn);
        var failing = result.Places.Where(p => p.Fails).ToArray();
        foreach (var (place, i) in failing.Take(MaxRows).Select((p, i) => (p, i)))
        {
            var b = place.Blocker;
            canvas.End();
            canvas.Left($"{i + 1}.", 4, Ink.Dim).Add(TextCanvas.Fit(NameText.Clean(b.Culprit.Function), canvas.Remaining), Ink.User).End();
            if (paths.Location(b.Culprit) is { } at)
                canvas.Paragraph(at, 4, Ink.Dim);
            canvas.Paragraph($"{place.Reason} ({b.Cause}{(b.Call is { } c ? $" in {NameText.Clean(c.Function, 120)}" : "")}; {Units.Count(b.Count, "poll")}, {Units.Duration(b.TotalNs)} in all)", 4);
            canvas.Paragraph(b.Advice, 4, Ink.Dim);
        }

        if (failing.Length > MaxRows)
            canvas.Paragraph($"… and {Units.Count(failing.Length - MaxRows)} more places", 4, Ink.Dim);
    }

    /// <summary>One object; members as the text has them.</summary>
    public static void WriteJson(CheckResult result, Stream stream) =>
        JudgementJson.Write(stream, "hud.check/1", result.Verdict, result.Notes, json => json.WriteBoolean("passed", result.Passed), result.Places, WritePlace);

    private static void WritePlace(Utf8JsonWriter json, CheckedPlace place)
    {
        json.WriteString("status", place.Status.ToString().ToLowerInvariant());
        json.WriteString("reason", place.Reason);
        json.WriteString("id", place.Blocker.Id);
        json.WriteString("culprit", place.Blocker.Culprit.Function);
        json.WriteString("cause", place.Blocker.Cause);
        json.WriteNumber("maxNs", place.Blocker.MaxNs);
        json.WriteNumber("totalNs", place.Blocker.TotalNs);
        json.WriteNumber("count", place.Blocker.Count);
    }
}
