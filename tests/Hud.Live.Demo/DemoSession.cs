using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Tracking.Events;

namespace Hud.Live.Demo;

/// <summary>A session that is made up: four workers under load, and every few seconds one that is stuck for a while.</summary>
public sealed class DemoSession : ILiveSource, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Report _report;
    private long _thresholdNs = 5 * SampleReports.Ms;
    private long? _windowNs = 30 * SampleReports.Second;

    public DemoSession(Report report)
    {
        _report = report;
        Model = new LiveModel(_windowNs);
        Tick(0);
        _thread = new Thread(Work) { IsBackground = true, Name = "demo session" };
        _thread.Start();
    }

    public LiveModel Model { get; }
    public bool IsLive => true;

    private void Work()
    {
        for (var tick = 1; !_stop.Token.WaitHandle.WaitOne(100); tick++) Tick(tick);
    }

    /// <summary>Pushes the state at <paramref name="tick"/> tenths of a second after the start.</summary>
    private void Tick(int tick)
    {
        var start = _report.Session.StartNs;
        var elapsed = _report.Session.DurationNs + tick * 100 * SampleReports.Ms;
        var stuck = tick % 60 >= 20;
        var workers = Enumerable.Range(0, 4).Select(i => Totals(i, tick, stuck && i == 2)).ToList();
        List<PollEvent> inProgress = [];
        if (stuck)
        {
            var since = start + elapsed - (tick % 60 - 20) * 100 * SampleReports.Ms;
            inProgress.Add(new PollEvent(new PollKey(SampleReports.FirstTid + 2, 7), 991, since, start + elapsed, 0, start + elapsed - since, 0, 0, InProgress: true));
        }
        Model.Update(start + elapsed, workers, inProgress, new TrackerCounters(0, 0, tick * 120, tick * 900, tick * 200_000, tick * 1000));
        if (tick % 5 != 0) return;
        Model.Update(_report with
        {
            Session = _report.Session with { DurationNs = elapsed, ThresholdNs = Volatile.Read(ref _thresholdNs), WindowNs = _windowNs },
            DriverStalls = inProgress is [var holder] ? [new DriverStall(holder.StartNs, holder.EndNs - holder.StartNs, holder.Key.Tid, null, 3, InProgress: true)] : [],
            Events = inProgress is [var poll] ? [.. _report.Events.Where(e => !e.InProgress), new PollRecord { StartNs = poll.StartNs, DurationNs = poll.EndNs - poll.StartNs, BlockedNs = poll.AsleepNs, Tid = poll.Key.Tid, Blocker = _report.Blockers.Count > 0 ? _report.Blockers[0].Id : null, InProgress = true }] : _report.Events,
        });
    }

    private static WorkerTotals Totals(int worker, int tick, bool stuck)
    {
        // The tracker counts a sleep when it ends: while the worker is stuck, its totals stand still.
        var stuckTicks = worker == 2 ? tick / 60 * 40 + Math.Max(0, tick % 60 - 20) : 0;
        var stuckMs = worker == 2 ? tick / 60 * 4000L : 0;
        var awake = tick - stuckTicks;
        var busyMs = awake * (11L + 9 * worker);
        return new WorkerTotals(SampleReports.FirstTid + worker, "tokio-runtime-w", worker, 0, IsWorker: true, busyMs * SampleReports.Ms, stuckMs * SampleReports.Ms,
            awake * SampleReports.Ms, (awake * 100L - busyMs - awake) * SampleReports.Ms, stuck, HoldsDriver: !stuck && worker == tick / 10 % 4);
    }

    public void SetThreshold(long thresholdNs) => Volatile.Write(ref _thresholdNs, thresholdNs);

    public void SetWindow(long? windowNs) => _windowNs = windowNs;

    public void Reset() { }

    public string Export() => "wrote trace.json";

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }
}
