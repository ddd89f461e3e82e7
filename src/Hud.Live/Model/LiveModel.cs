using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Live.Model;

/// <summary>
/// Everything the screens show, as a session pushes it: about every 100 ms what the workers do, two to four times a second
/// a report. Memory depends on the window and the number of workers, not on time. All members may be called from any thread.
/// </summary>
public sealed class LiveModel
{
    private readonly Lock _gate = new();
    private readonly WorkerTimelines _timelines = new();
    private readonly List<PollEvent> _inProgress = [];
    private readonly RateMeter _rates = new();
    private long? _windowNs;
    private Report? _report;
    private long _nowNs;
    private bool _tracksPolls;
    private long _version;

    public LiveModel(long? windowNs = null)
    {
        _windowNs = windowNs;
        _timelines.Clear(windowNs);
    }

    /// <summary>Rolling window in nanoseconds; null means the whole session, at a resolution that gets coarser.</summary>
    public long? WindowNs
    {
        get
        {
            lock (_gate) return _windowNs;
        }
        set
        {
            lock (_gate)
            {
                if (_windowNs == value) return;
                _windowNs = value;
                _timelines.SetWindow(value);
                _version++;
            }
        }
    }

    /// <summary>Grows with every change.</summary>
    public long Version
    {
        get
        {
            lock (_gate) return _version;
        }
    }

    /// <summary>What the workers do now. Call about every 100 ms.</summary>
    /// <param name="nowNs">CLOCK_MONOTONIC.</param>
    /// <param name="workers">Totals since the session began, as the tracker counts them.</param>
    /// <param name="inProgress">Polls that run now and have reached the threshold.</param>
    public void Update(long nowNs, IReadOnlyList<WorkerTotals> workers, IReadOnlyList<PollEvent> inProgress, TrackerCounters? counters = null)
    {
        lock (_gate)
        {
            _timelines.Add(nowNs, workers, _windowNs);
            _inProgress.Clear();
            _inProgress.AddRange(inProgress);
            _tracksPolls = true;
            _nowNs = Math.Max(_nowNs, nowNs);
            if (counters is not null) _rates.Add(nowNs, counters);
            _version++;
        }
    }

    /// <summary>A newer report. It is kept, not copied: reports do not change.</summary>
    public void Update(Report report)
    {
        lock (_gate)
        {
            _report = report;
            var endNs = report.Session.StartNs + report.Session.DurationNs;
            _nowNs = Math.Max(_nowNs, endNs);
            _rates.Add(endNs, report.Session);
            _version++;
        }
    }

    /// <summary>Forgets everything; the next updates start afresh.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _timelines.Clear(_windowNs);
            _inProgress.Clear();
            _report = null;
            _version++;
        }
    }

    /// <summary>Copies what a frame needs, so that drawing and a paused screen do not hold the session up.</summary>
    internal void CopyTo(LiveFrame frame)
    {
        lock (_gate)
        {
            if (frame.Version == _version) return;
            frame.Version = _version;
            frame.NowNs = _nowNs;
            frame.Rates = _rates.Current;
            frame.Timelines.CopyFrom(_timelines);
            frame.SetReport(_report);
            frame.Stuck.Clear();
            if (_tracksPolls) frame.AddStuck(_inProgress);
            else frame.AddStuckFromReport();
        }
        frame.Stuck.Sort(static (a, b) => a.StartNs.CompareTo(b.StartNs));
    }
}
