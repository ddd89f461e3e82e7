using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>
/// One output format. The same report and options give the same bytes: no clock, no paths, no culture, no environment.
/// </summary>
public interface IExporter
{
    /// <summary>The word for <c>--format</c>.</summary>
    string Name { get; }

    /// <summary>File name endings that choose this format, each with its dot.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>What it is and what opens it, in half a line.</summary>
    string Description { get; }

    /// <summary>True when the format itself is gzip and must not be compressed again.</summary>
    bool IsCompressed => false;

    /// <summary>Streams the report into <paramref name="stream"/>, which stays open and need not be seekable.</summary>
    /// <exception cref="IOException">The stream's own; nothing else is thrown for any report that <see cref="ReportJson"/> accepts.</exception>
    void Write(Report report, Stream stream, ExportOptions options);
}
