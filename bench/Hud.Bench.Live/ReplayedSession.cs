using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Model;
using Hud.Tracking.Events;

namespace Hud.Bench.Live;

/// <summary>
/// A session at full speed instead of real time: the workers' totals every 100 ms and a new report every 250 ms, as a real
/// session pushes them, each report with the same number of events in its window.
/// </summary>
internal sealed class ReplayedSession : ILiveSource
{
    private const int Workers = 8;
    private const long TickNs = 100 * SampleReports.Ms;

    private readonly Report _report;
    private readonly WorkerTotals[] _totals = new WorkerTotals[Workers];
    private long _tick;

    public ReplayedSession(int events)
    {
        _report = SampleReports.Large(events);
        Model = new LiveModel(_report.Session.WindowNs);
        Tick();
    }

    public LiveModel Model { get; }
    public bool IsLive => true;

    /// <summary>The next tenth of a second.</summary>
    public void Tick()
    {
        _tick++;
        var now = _report.Session.StartNs + _report.Session.DurationNs + _tick * TickNs;
        for (var i = 0; i < Workers; i++)
        {
            var busy = _tick * TickNs * (i + 1) / 20;
            _totals[i] = new WorkerTotals(SampleReports.FirstTid + i, "tokio-runtime-w", i, 0, true, busy, 0, 0, _tick * TickNs - busy, _tick % 7 == i, false);
        }
        Model.Update(now, _totals, []);
        if (_tick % 5 is 0 or 2) Model.Update(_report with { Session = _report.Session with { DurationNs = now - _report.Session.StartNs } });
    }

    public void SetThreshold(long thresholdNs) { }

    public void SetWindow(long? windowNs) { }

    public void Reset() { }

    public string Export() => "";
}
