using Hud.Reporting.Formats;
using Hud.Reporting.Html;
using Hud.Target;

namespace Hud.Reporting;

/// <summary>Every format, and the choice among them by name or by file name.</summary>
public static class Exporters
{
    private const string Gzip = ".gz";

    public static IReadOnlyList<IExporter> All { get; } =
    [
        new ReportExporter(),
        new TextExporter(),
        new HtmlExporter(),
        new ChromeTraceExporter(),
        new FirefoxExporter(),
        new SpeedscopeExporter(),
        new PprofExporter(),
        new FoldedExporter(),
        new SvgExporter(),
        new PrometheusExporter(),
        new SarifExporter(),
        new JUnitExporter(),
        new GitHubExporter(),
        new MarkdownExporter(),
        new JsonLinesExporter(),
    ];

    public static IExporter? ByName(string name) => All.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The format whose ending of <paramref name="fileName"/> is longest; an extra <c>.gz</c> asks for compression.</summary>
    public static IExporter? ByFileName(string fileName) =>
        Longest(fileName) ?? (fileName.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) ? Longest(fileName[..^Gzip.Length]) : null);

    /// <summary>The format that <c>--export FILE</c> and <c>--format NAME</c> ask for; the report itself for <c>-</c> alone.</summary>
    /// <exception cref="HudException">Neither names a format (usage).</exception>
    public static IExporter Choose(string fileName, string? format)
    {
        if (format is not null)
            return ByName(format) ?? throw Unknown($"unknown format \"{NameText.Clean(format, 60)}\"");
        if (OutputFile.IsStandardOutput(fileName))
            return ByName("report")!;
        return ByFileName(Path.GetFileName(fileName)) ?? throw Unknown($"the name {NameText.Clean(fileName)} tells no export format");
    }

    internal static bool WantsGzip(string fileName, IExporter exporter) =>
        fileName.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) && !exporter.IsCompressed;

    private static HudException Unknown(string what) => new(
        what,
        $"endings: {string.Join(' ', All.SelectMany(e => e.Extensions))}; or --format {string.Join('|', All.Select(e => e.Name))}",
        ExitCode.WrongUsage);

    private static IExporter? Longest(string fileName) => All
        .SelectMany(e => e.Extensions, (e, x) => (Exporter: e, Extension: x))
        .Where(c => fileName.EndsWith(c.Extension, StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(c => c.Extension.Length).FirstOrDefault().Exporter;
}
