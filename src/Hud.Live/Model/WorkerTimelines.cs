using Hud.Tracking.Events;

namespace Hud.Live.Model;

/// <summary>All workers over the window. Its size depends on the number of workers and the axis, never on time.</summary>
internal sealed class WorkerTimelines
{
    private readonly List<WorkerTimeline> _workers = [];
    private TimeAxis _axis = new();

    public TimeAxis Axis => _axis;

    /// <summary>By runtime, then index, then thread id.</summary>
    public IReadOnlyList<WorkerTimeline> Workers => _workers;

    public WorkerTimeline? Find(int tid)
    {
        foreach (var worker in _workers)
        {
            if (worker.Tid == tid) return worker;
        }
        return null;
    }

    public void Clear(long? windowNs)
    {
        _workers.Clear();
        _axis.Start(0, windowNs);
    }

    public void Add(long nowNs, IReadOnlyList<WorkerTotals> totals, long? windowNs)
    {
        if (_axis.Newest < 0) _axis.Start(nowNs, windowNs);
        var before = _axis.Newest;
        for (var merges = _axis.Advance(nowNs); merges > 0; merges--)
        {
            foreach (var worker in _workers) worker.MergePairs();
            before /= 2;
        }
        foreach (var worker in _workers)
        {
            worker.Open(before);
            worker.Gone = true;
        }
        for (var i = 0; i < totals.Count; i++)
        {
            var total = totals[i];
            if (!total.IsWorker) continue;
            var worker = Find(total.Tid);
            if (worker is null)
            {
                worker = new WorkerTimeline(_axis, total.Tid);
                _workers.Add(worker);
            }
            worker.Add(nowNs, total);
        }
        for (var i = _workers.Count - 1; i >= 0; i--)
        {
            if (_workers[i].Gone && _workers[i].SeenNs < _axis.StartNs + (windowNs is null ? _axis.SliceNs * _axis.Capacity : 0)) _workers.RemoveAt(i);
        }
        // An index may become known later than its thread.
        _workers.Sort(static (a, b) => (a.RuntimeId, a.Index, a.Tid).CompareTo((b.RuntimeId, b.Index, b.Tid)));
    }

    /// <summary>Another window: what was seen so far moves to the new axis.</summary>
    public void SetWindow(long? windowNs)
    {
        if (_axis.Newest < 0) return;
        var old = _axis;
        _axis = new TimeAxis();
        _axis.Start(windowNs is null ? old.StartNs : old.OriginNs, windowNs);
        _axis.Advance(old.EndNs - 1);
        for (var i = 0; i < _workers.Count; i++)
        {
            var worker = new WorkerTimeline(_axis, _workers[i].Tid);
            worker.Resample(_workers[i], old);
            _workers[i] = worker;
        }
    }

    public void CopyFrom(WorkerTimelines other)
    {
        if (_axis.Capacity != other._axis.Capacity) _workers.Clear();
        _axis.CopyFrom(other._axis);
        while (_workers.Count > other._workers.Count) _workers.RemoveAt(_workers.Count - 1);
        while (_workers.Count < other._workers.Count) _workers.Add(new WorkerTimeline(_axis, 0));
        for (var i = 0; i < _workers.Count; i++) _workers[i].CopyFrom(other._workers[i]);
    }
}
