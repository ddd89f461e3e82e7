using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.State;

namespace Hud.Live.Model;

/// <summary>Look-ups over a report, rebuilt when a new one comes and reused in between.</summary>
internal sealed class ReportIndex
{
    private readonly Dictionary<string, Blocker> _blockers = [];
    private readonly Dictionary<int, WorkerInfo> _workers = [];
    private readonly List<Blocker?> _eventBlockers = [];
    private readonly List<byte> _eventStates = [];
    private readonly List<PollRecord> _inProgress = [];
    private readonly List<string> _runtimes = [];

    public Report? Report { get; private set; }

    /// <summary>All workers' wall time in the window, in nanoseconds: what a blocker's share is of.</summary>
    public long WorkerTimeNs { get; private set; }

    public void SetReport(Report? report)
    {
        if (ReferenceEquals(report, Report)) return;
        Report = report;
        _blockers.Clear();
        _workers.Clear();
        _eventBlockers.Clear();
        _eventStates.Clear();
        _inProgress.Clear();
        _runtimes.Clear();
        WorkerTimeNs = 0;
        if (report is null) return;
        foreach (var blocker in report.Blockers) _blockers.TryAdd(blocker.Id, blocker);
        foreach (var starved in report.Starved) _blockers.TryAdd(starved.Id, starved);
        foreach (var worker in report.Workers) _workers.TryAdd(worker.Tid, worker);
        foreach (var record in report.Events)
        {
            var blocker = Blocker(record.Blocker);
            _eventBlockers.Add(blocker);
            _eventStates.Add((byte)SliceState.OfCause(record.Starved ? Causes.CpuStarved : blocker?.Cause));
            if (record.InProgress) _inProgress.Add(record);
        }
        WorkerTimeNs = SpanNs * report.WorkerCount;
        AddRuntimes(report);
    }

    /// <summary>Each runtime of the target in words, with the number that its workers are shown with.</summary>
    public IReadOnlyList<string> Runtimes => _runtimes;

    /// <summary>How much wall time the report covers, in nanoseconds.</summary>
    public long SpanNs => Report is not { Session: var session } ? 0
        : Math.Min(session.WindowNs ?? long.MaxValue, session.DurationNs);

    public Blocker? Blocker(string? id) => id is not null && _blockers.TryGetValue(id, out var blocker) ? blocker : null;

    /// <summary>Group of the event at this place in <see cref="Report.Events"/>.</summary>
    public Blocker? EventBlocker(int index) => index < _eventBlockers.Count ? _eventBlockers[index] : null;

    /// <summary>The <see cref="SliceState"/> that the event gives its worker's strip.</summary>
    public int EventState(int index) => _eventStates[index];

    public WorkerInfo? Worker(int tid) => _workers.GetValueOrDefault(tid);

    /// <summary>The report's record of a poll that goes on: the same thread, and the same start as far as it was known.</summary>
    public PollRecord? InProgress(int tid, long startNs)
    {
        PollRecord? best = null;
        foreach (var record in _inProgress)
        {
            if (record.Tid == tid && (best is null || Math.Abs(record.StartNs - startNs) < Math.Abs(best.StartNs - startNs))) best = record;
        }
        // A later poll of the same worker is another one.
        return best is not null && Math.Abs(best.StartNs - startNs) <= 20_000_000 ? best : null;
    }

    private void AddRuntimes(Report report)
    {
        var runtimes = report.Target.Runtimes;
        if (runtimes.Count == 0) return;
        var ids = report.Workers.Select(w => w.Runtime).Distinct().Order().ToArray();
        for (var place = 0; place < runtimes.Count; place++)
            _runtimes.Add($"runtime {(ids.Length == runtimes.Count ? ids[place] : place)}: {RuntimeText.Of(runtimes[place])}");
    }
}
