using Hud.Analysis.Model;
using Hud.Live.Model;

namespace Hud.Live.State;

/// <summary>The rows of the events list, newest first. With the first row selected the list follows what comes.</summary>
internal sealed class EventList
{
    private readonly List<int> _rows = [];
    private readonly Dictionary<Blocker, bool> _passes = new(ReferenceEqualityComparer.Instance);
    private Report? _report;
    private Filter _filter = Filter.None;
    private (long StartNs, int Tid) _selected;
    private bool _follows = true;
    private int _row;

    /// <summary>Places in <see cref="Report.Events"/>.</summary>
    public IReadOnlyList<int> Rows => _rows;
    public bool Follows => _follows;
    public int SelectedRow => _rows.Count == 0 ? -1 : _row;

    public PollRecord? Selected => _rows.Count == 0 ? null : _report?.Events[_rows[_row]];

    public void Settle(LiveFrame frame, Filter filter)
    {
        if (ReferenceEquals(_report, frame.Report) && ReferenceEquals(_filter, filter)) return;
        (_report, _filter) = (frame.Report, filter);
        _rows.Clear();
        _passes.Clear();
        if (_report is null) return;
        var found = -1;
        for (var i = _report.Events.Count - 1; i >= 0; i--)
        {
            var record = _report.Events[i];
            if (!Passes(frame, i, record)) continue;
            if (record.StartNs == _selected.StartNs && record.Tid == _selected.Tid) found = _rows.Count;
            _rows.Add(i);
        }
        if (_follows) Select(0);
        else Select(found >= 0 ? found : _row);
    }

    private bool Passes(LiveFrame frame, int index, PollRecord record)
    {
        if (_filter.IsEmpty) return true;
        if (!_filter.MatchesWorker(record.Tid, frame.Index) || frame.Index.EventBlocker(index) is not { } blocker) return false;
        if (!_passes.TryGetValue(blocker, out var passes)) _passes[blocker] = passes = _filter.Matches(blocker, frame.Index);
        return passes;
    }

    public void Select(int row)
    {
        _row = Math.Clamp(row, 0, Math.Max(0, _rows.Count - 1));
        _follows = _row == 0;
        if (_rows.Count > 0 && _report!.Events[_rows[_row]] is { } record) _selected = (record.StartNs, record.Tid);
    }

    public void Move(int by) => Select(_row + by);
}
