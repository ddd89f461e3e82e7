using System.Globalization;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>Workflow commands: GitHub shows them as annotations next to the changed lines.</summary>
internal sealed class GitHubExporter : IExporter
{
    /// <summary>GitHub shows ten of each kind for one step.</summary>
    private const int MaxAnnotations = 10;

    public string Name => "github";
    public IReadOnlyList<string> Extensions => [];
    public string Description => "GitHub Actions annotations, for standard output";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var paths = new SourcePaths(report, options.SourceRoot);
        var findings = CiFinding.Of(report, options).Where(f => f.Fails).ToArray();
        using var text = new StreamWriter(stream, new UTF8Encoding(false), 16 * 1024, leaveOpen: true) { NewLine = "\n" };
        foreach (var finding in findings.Take(MaxAnnotations))
        {
            var place = finding.Place(paths) is { } p
                ? $"file={Property(p.File)},line={p.Line.ToString(CultureInfo.InvariantCulture)},"
                : "";
            var command = finding.Reason is null ? "warning" : "error";
            text.WriteLine($"::{command} {place}title={Property($"Blocking poll ({finding.Blocker.Cause})")}::{Data(finding.Message())}");
        }

        var more = findings.Length > MaxAnnotations ? $" {Units.Count(findings.Length - MaxAnnotations)} more places are in the report." : "";
        text.WriteLine($"::notice title=hud::{Data(Verdict.Of(report).Headline + more)} (total {ReportTotals.Of(report).OwnNs.ToString(CultureInfo.InvariantCulture)} ns)");
    }

    private static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(NameText.Clean(text, 300)).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
