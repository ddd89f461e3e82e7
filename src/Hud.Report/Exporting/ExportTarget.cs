using System.IO.Compression;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Reporting;

/// <summary>Where one <c>--export</c> goes, and in which format. Created before the recording, so that mistakes show before it.</summary>
public sealed class ExportTarget
{
    private readonly OutputFile _output;

    private ExportTarget(OutputFile output, IExporter exporter) => (_output, Exporter) = (output, exporter);

    /// <summary>As the user gave it; <c>-</c> is standard output.</summary>
    public string Path => _output.Path;
    public IExporter Exporter { get; }
    public bool ToStandardOutput => _output.ToStandardOutput;

    /// <summary>Chooses the format and proves that the path can be written, without touching an existing file.</summary>
    /// <param name="path">A file, a FIFO, a device or <c>-</c>.</param>
    /// <param name="format">Overrides what the name says; null to go by the name.</param>
    /// <exception cref="HudException">Unknown format (usage) or a path that cannot be written (failed).</exception>
    public static ExportTarget Create(string path, string? format = null)
    {
        var exporter = Exporters.Choose(path, format);
        return new ExportTarget(OutputFile.Create(path), exporter);
    }

    /// <summary>Writes the report: the whole file or nothing.</summary>
    /// <exception cref="HudException">It could not be written; no partial file is left behind.</exception>
    public void Write(Report report, ExportOptions options) => _output.Write(stream =>
    {
        if (!Exporters.WantsGzip(Path, Exporter))
        {
            Exporter.Write(report, stream, options);
            return;
        }

        using var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        Exporter.Write(report, gzip, options);
    });

    /// <summary>Writes all targets; one that fails does not keep the others from being written.</summary>
    /// <param name="wrote">Called after each target that was written.</param>
    /// <exception cref="HudException">At least one failed; the message names each.</exception>
    public static void WriteAll(IEnumerable<ExportTarget> targets, Report report, ExportOptions options, Action<ExportTarget>? wrote = null)
    {
        var failures = new List<HudException>();
        foreach (var target in targets)
        {
            try
            {
                target.Write(report, options);
                wrote?.Invoke(target);
            }
            catch (HudException e)
            {
                failures.Add(e);
            }
        }

        if (failures.Count == 1)
            throw failures[0];
        if (failures.Count > 1)
            throw new HudException(string.Join("; ", failures.Select(f => f.Message)), null, ExitCode.Failed);
    }
}
