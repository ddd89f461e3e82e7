using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>A comparison for the terminal.</summary>
internal static class DiffText
{
    private const int MaxRows = 60;

    public static string Word(PlaceChange p) => p.Kind switch
    {
        ChangeKind.Worse => "worse",
        ChangeKind.New => p.Significant ? "new" : "new?",
        ChangeKind.Better => "better",
        ChangeKind.Gone => p.Significant ? "gone" : "gone?",
        _ => "same",
    };

    public static void Write(ReportDiff diff, TextWriter writer, ExportOptions options)
    {
        var canvas = new TextCanvas(writer, options.Width, options.Color);
        canvas.Paragraph($"before: {Describe(diff.Before)}", 0, Ink.Dim);
        canvas.Paragraph($"after:  {Describe(diff.After)}", 0, Ink.Dim);
        canvas.End();
        canvas.Paragraph(diff.Verdict, 0, diff.HasRegression ? Ink.Bad : diff.Places.Any(p => p.Significant) ? Ink.Good : Ink.Bold);
        foreach (var note in diff.Notes)
            canvas.Paragraph(note, 2, Ink.Warn, "! ", Ink.Warn);
        if (diff.Places.Count == 0)
            return;
        const int word = 8, amount = 11;
        var name = canvas.Width - word - amount * 3 - 14 - 1;
        canvas.End();
        canvas.Left("", word).Left("culprit", name, Ink.Dim).Left("  cause", 12, Ink.Dim).Right("before/min", amount, Ink.Dim).Right("after/min", amount, Ink.Dim).Right("max", amount, Ink.Dim).End();
        foreach (var p in diff.Places.Take(MaxRows))
        {
            var ink = !p.Significant ? Ink.Dim : p.Kind is ChangeKind.Worse or ChangeKind.New ? Ink.Bad : Ink.Good;
            canvas.Left(Word(p), word, ink).Left(p.Culprit.Function, name, p.Significant ? Ink.Bold : Ink.Plain).Left("  " + p.Cause, 12, Ink.Warn)
                .Right(DiffWriter.Amount(p.Before), amount).Right(DiffWriter.Amount(p.After), amount).Right(Units.Duration(Math.Max(p.After.MaxNs, p.After.Count == 0 ? p.Before.MaxNs : 0)), amount).End();
            canvas.Space(word).Add(TextCanvas.Fit(p.Explanation, canvas.Remaining), Ink.Dim).End();
        }

        if (diff.Places.Count > MaxRows)
            canvas.Paragraph($"… and {Units.Count(diff.Places.Count - MaxRows)} more places; --format json lists all", word, Ink.Dim);
    }

    internal static string Describe(Report r) =>
        $"{NameText.Clean(r.Target.Name, 60)} (pid {r.Target.Pid}), {Units.Duration(r.Session.DurationNs)} from {Formats.ExportFacts.Rfc3339(r.Session.StartedAt)[..19].Replace('T', ' ')} UTC, threshold {Units.Duration(r.Session.ThresholdNs)}";
}
