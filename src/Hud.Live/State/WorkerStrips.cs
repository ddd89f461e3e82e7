using Hud.Live.Model;

namespace Hud.Live.State;

/// <summary>
/// One strip per worker: time from left to right in columns, each with how long the worker was in which state. Slices give
/// parked, polling, run queue and asleep; the events of the report say which of it was a blocker, and of what cause.
/// </summary>
internal sealed class WorkerStrips
{
    /// <summary>A blocker gives a column its letter whatever else the worker did; below this share of the column it is a small one.</summary>
    public const float BlockerShare = 0.2f;

    private const long ShortestSpanNs = 10_000_000_000;

    private readonly Dictionary<int, int> _rows = [];
    private float[] _ns = [];
    private int _columns;
    private long _version = -1;

    public long StartNs { get; private set; }
    public long ColumnNs { get; private set; } = 1;
    public int Columns => _columns;
    public long SpanNs => ColumnNs * _columns;

    /// <summary>The column that shows this moment; null for none, and for one that has left the strips.</summary>
    public int? ColumnAt(long? ns) => ns is { } moment && moment >= StartNs && (moment - StartNs) / ColumnNs is var column && column < _columns ? (int)column : null;

    /// <summary>The middle of what a column shows.</summary>
    public long MomentAt(int column) => StartNs + column * ColumnNs + ColumnNs / 2;

    public void Settle(LiveFrame frame, IReadOnlyList<int> tids, int columns)
    {
        if (_version == frame.Version && _columns == columns && _rows.Count == tids.Count) return;
        (_version, _columns) = (frame.Version, Math.Max(1, columns));
        _rows.Clear();
        for (var i = 0; i < tids.Count; i++) _rows.TryAdd(tids[i], i);
        var size = tids.Count * _columns * SliceState.Count;
        if (_ns.Length < size) _ns = new float[size];
        Array.Clear(_ns);
        Place(frame);
        AddSlices(frame);
        AddEvents(frame);
        // A saved report has them among its events; and without a stack the slices have said all there is to say.
        if (!frame.IsLive) return;
        foreach (var stuck in frame.Stuck)
        {
            if (stuck.Blocker is { } blocker) Add(stuck.Tid, SliceState.OfCause(blocker.Cause), stuck.StartNs, frame.NowNs, 1);
        }
    }

    /// <summary>The span ends now and is rounded to whole columns, so that the picture moves by columns and does not shimmer.</summary>
    private void Place(LiveFrame frame)
    {
        var axis = frame.Timelines.Axis;
        var live = axis.Newest >= 0;
        var session = frame.Report?.Session;
        var end = live ? axis.EndNs : (session?.StartNs ?? 0) + (session?.DurationNs ?? 0);
        var span = session?.WindowNs ?? (live ? axis.EndNs - axis.OriginNs : session?.DurationNs ?? 0);
        if (live) span = Math.Max(span, ShortestSpanNs);
        ColumnNs = Math.Max(1, (span + _columns - 1) / _columns);
        StartNs = live ? (end + ColumnNs - 1) / ColumnNs * ColumnNs - ColumnNs * _columns : end - ColumnNs * _columns;
    }

    private void AddSlices(LiveFrame frame)
    {
        var axis = frame.Timelines.Axis;
        foreach (var worker in frame.Timelines.Workers)
        {
            for (var slice = axis.Oldest; slice <= axis.Newest; slice++)
            {
                var amounts = worker[slice];
                var total = amounts.TotalUs;
                if (total <= 0) continue;
                var start = axis.OriginNs + slice * axis.SliceNs;
                var filled = Math.Min(1, total * 1000f / axis.SliceNs);
                Add(worker.Tid, SliceState.Parked, start, start + axis.SliceNs, amounts.ParkedUs / total * filled);
                Add(worker.Tid, SliceState.Polling, start, start + axis.SliceNs, amounts.PollingUs / total * filled);
                Add(worker.Tid, SliceState.RunQueue, start, start + axis.SliceNs, amounts.RunQueueUs / total * filled);
                Add(worker.Tid, SliceState.Blocked, start, start + axis.SliceNs, amounts.BlockedUs / total * filled);
            }
        }
    }

    private void AddEvents(LiveFrame frame)
    {
        if (frame.Report is not { } report) return;
        for (var i = 0; i < report.Events.Count; i++)
        {
            var record = report.Events[i];
            if (record.InProgress && frame.IsLive || record.DurationNs <= 0) continue;
            var state = frame.Index.EventState(i);
            var own = record.Starved ? 1 : (float)(record.OnCpuNs + record.BlockedNs) / record.DurationNs;
            Add(record.Tid, state, record.StartNs, record.StartNs + record.DurationNs, own);
        }
    }

    private void Add(int tid, int state, long fromNs, long toNs, float share)
    {
        if (share <= 0 || toNs <= StartNs || !_rows.TryGetValue(tid, out var row)) return;
        var first = Math.Max(0, (fromNs - StartNs) / ColumnNs);
        for (var column = first; column < _columns; column++)
        {
            var start = StartNs + column * ColumnNs;
            var overlap = Math.Min(toNs, start + ColumnNs) - Math.Max(fromNs, start);
            if (overlap <= 0) break;
            _ns[(row * _columns + column) * SliceState.Count + state] += overlap * share;
        }
    }

    /// <summary>Time in each state in one column, in nanoseconds, by <see cref="SliceState"/>.</summary>
    public ReadOnlySpan<float> Column(int row, int column) => _ns.AsSpan((row * _columns + column) * SliceState.Count, SliceState.Count);

    /// <summary>The state that gives a column its letter, and whether that is a blocker which took but a small part of it.</summary>
    public (int State, bool Small) State(int row, int column)
    {
        var ns = Column(row, column);
        int best = SliceState.Unknown, cause = SliceState.Unknown;
        for (var state = 1; state < ns.Length; state++)
        {
            if (state < SliceState.FirstCause)
            {
                if (ns[state] > ns[best]) best = state;
            }
            else if (ns[state] > (cause == SliceState.Unknown ? 0 : ns[cause])) cause = state;
        }
        return cause != SliceState.Unknown ? (cause, ns[cause] < BlockerShare * ColumnNs) : (best, false);
    }
}
