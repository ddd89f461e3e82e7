using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

internal sealed class TextExporter : IExporter
{
    public string Name => "text";
    public IReadOnlyList<string> Extensions => [".txt"];
    public string Description => "the text report";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 16 * 1024, leaveOpen: true) { NewLine = "\n" };
        TextReport.Write(report, writer, new TextReportOptions { Width = options.Width, Color = options.Color });
    }
}
