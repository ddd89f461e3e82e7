using System.Globalization;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>JUnit XML: one test case a blocker, failed; one passed case when there is none. Times are own time in seconds.</summary>
internal sealed class JUnitExporter : IExporter
{
    private const int MaxFrames = 40;

    public string Name => "junit";
    public IReadOnlyList<string> Extensions => [".junit.xml"];
    public string Description => "JUnit XML: every CI system's test tab";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var findings = CiFinding.Of(report, options);
        var totals = ReportTotals.Of(report);
        var paths = new SourcePaths(report, options.SourceRoot);
        var failures = findings.Count(f => f.Fails).ToString(CultureInfo.InvariantCulture);
        var tests = Math.Max(1, findings.Count).ToString(CultureInfo.InvariantCulture);
        var time = Units.Exact(totals.OwnNs, 9);
        var suite = XmlText.Escape($"hud {report.Target.Name}");
        using var xml = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        xml.WriteLine("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        xml.WriteLine($"<testsuites name=\"hud\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{time}\">");
        xml.WriteLine($"<testsuite name=\"{suite}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"{time}\" timestamp=\"{report.Session.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)}\">");
        xml.WriteLine("<properties>");
        foreach (var (name, value) in ExportFacts.Of(report))
            xml.WriteLine($"<property name=\"{XmlText.Escape(name)}\" value=\"{XmlText.Escape(value)}\"/>");
        xml.WriteLine("</properties>");
        if (findings.Count == 0)
            xml.WriteLine($"<testcase classname=\"{suite}\" name=\"{XmlText.Escape(Verdict.Of(report).Headline)}\" time=\"0\"/>");
        foreach (var finding in findings)
            WriteCase(xml, finding, paths);
        xml.WriteLine("</testsuite>");
        xml.WriteLine("</testsuites>");
    }

    private static void WriteCase(StreamWriter xml, CiFinding finding, SourcePaths paths)
    {
        var b = finding.Blocker;
        xml.Write($"<testcase classname=\"{XmlText.Escape(b.Culprit.Function)}\" name=\"{XmlText.Escape($"{Verdict.Place(b)} ({b.Cause})")}\" time=\"{Units.Exact(b.TotalNs, 9)}\"");
        if (finding.Place(paths) is { } place)
            xml.Write($" file=\"{XmlText.Escape(place.File)}\" line=\"{place.Line.ToString(CultureInfo.InvariantCulture)}\"");
        if (!finding.Fails)
        {
            xml.WriteLine("/>");
            return;
        }

        xml.WriteLine(">");
        xml.WriteLine($"<failure type=\"{XmlText.Escape(SarifExporter.RuleId(b.Cause))}\" message=\"{XmlText.Escape(finding.Message())}\">");
        foreach (var frame in (b.Stacks.Count > 0 ? b.Stacks[0].Frames : WeightedStacks.Known(b)).Take(MaxFrames))
            xml.WriteLine($"  at {XmlText.Escape(frame.Function)}{(paths.Location(frame) is { } at ? $" ({XmlText.Escape(at)})" : "")}");
        xml.WriteLine("</failure>");
        xml.WriteLine("</testcase>");
    }
}
