using Hud.Analysis.Model;

namespace Hud.Reporting.Html;

/// <summary>What every section of the page needs, and how much of it is shown.</summary>
internal sealed class HtmlPage(Report report, ExportOptions options)
{
    public const int MaxRows = 200;
    public const int MaxCards = 40;
    public const int MaxStacks = 3;
    public const int MaxFrames = 80;
    public const int MaxName = 400;

    private readonly Dictionary<string, IReadOnlyList<string>?> _sources = new(StringComparer.Ordinal);

    public Report Report { get; } = report;
    public ExportOptions Options { get; } = options;
    public ReportTotals Totals { get; } = ReportTotals.Of(report);
    public SourcePaths Paths { get; } = new(report, options.SourceRoot);
    public bool HasFindings => Report.Blockers.Count > 0;

    public static string Name(string raw) => NameText.Clean(raw, MaxName);

    /// <summary>"src/main.rs:42", a link where a template says how; nothing without a file.</summary>
    public Markup Location(Frame frame)
    {
        if (Paths.Location(frame) is not { } text)
            return Markup.None;
        var escaped = Formats.XmlText.Escape(text);
        if (Options.SourceUrl is not { } template || Paths.Relative(frame.File) is not { } file || !template.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            return new Markup($"<span class=\"at\">{escaped}</span>");
        var address = template
            .Replace("{file}", string.Join('/', file.Split('/').Select(Uri.EscapeDataString)), StringComparison.Ordinal)
            .Replace("{line}", (frame.Line ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new Markup($"<a class=\"at\" rel=\"noreferrer noopener\" href=\"{Formats.XmlText.Escape(address)}\">{escaped}</a>");
    }

    /// <summary>Lines around a frame's line with their numbers; empty where the source is not at hand.</summary>
    public IEnumerable<(int Number, string Text)> Excerpt(Frame frame, int around)
    {
        if (Options.Sources is not { } read || frame is not { File: { } file, Line: > 0 and { } line } || !IsSource(file))
            yield break;
        if (!_sources.TryGetValue(file, out var lines))
            _sources.Add(file, lines = read(file));
        if (lines is null || line > lines.Count)
            yield break;
        for (var n = Math.Max(1, line - around); n <= Math.Min(lines.Count, line + around); n++)
            yield return (n, lines[n - 1].Replace("\t", "    ", StringComparison.Ordinal));
    }

    // A report may come from anywhere: what it names must not pull other files into a page that gets passed on.
    private static bool IsSource(string file) => Path.GetExtension(file) is ".rs" or ".c" or ".h" or ".cc" or ".cpp" or ".hpp";
}
