using Hud.Analysis.Model;

namespace Hud.Live.Model;

/// <summary>A saved report in the same screens (<c>hud view</c>).</summary>
public sealed class SavedReportSource : ILiveSource
{
    private readonly Func<string> _export;

    /// <param name="export">Writes the report again in the formats asked for and says so; it may throw with a message for the user.</param>
    public SavedReportSource(Report report, Func<string> export)
    {
        _export = export;
        Model = new LiveModel(report.Session.WindowNs);
        Model.Update(report);
    }

    public LiveModel Model { get; }
    public bool IsLive => false;

    public void SetThreshold(long thresholdNs) { }

    public void SetWindow(long? windowNs) { }

    public void Reset() { }

    public string Export() => _export();
}
