using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

internal sealed class ReportExporter : IExporter
{
    public string Name => "report";
    public IReadOnlyList<string> Extensions => [".hud.json"];
    public string Description => "the whole report; hud report, view, diff and check read it";

    public void Write(Report report, Stream stream, ExportOptions options) => ReportJson.Write(report, stream);
}
