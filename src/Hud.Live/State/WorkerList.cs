using Hud.Live.Model;

namespace Hud.Live.State;

/// <summary>The rows of the workers screen: whoever has a timeline, and those that only the report knows.</summary>
internal sealed class WorkerList
{
    private readonly List<int> _tids = [];
    private int _selectedTid;
    private int _row;

    /// <summary>Thread ids.</summary>
    public IReadOnlyList<int> Rows => _tids;
    public int SelectedRow => _tids.Count == 0 ? -1 : _row;
    public int? SelectedTid => _tids.Count == 0 ? null : _tids[_row];

    /// <summary>The moment that is looked at (CLOCK_MONOTONIC), which the strips carry along as they move on; null for none.</summary>
    public long? CursorNs { get; private set; }

    public void Settle(LiveFrame frame)
    {
        _tids.Clear();
        foreach (var worker in frame.Timelines.Workers) _tids.Add(worker.Tid);
        if (frame.Report is { } report)
        {
            foreach (var worker in report.Workers)
            {
                if (!_tids.Contains(worker.Tid)) _tids.Add(worker.Tid);
            }
        }
        var row = _tids.IndexOf(_selectedTid);
        Select(row >= 0 ? row : _row);
    }

    public void Select(int row)
    {
        _row = Math.Clamp(row, 0, Math.Max(0, _tids.Count - 1));
        if (_tids.Count > 0) _selectedTid = _tids[_row];
    }

    public void Move(int by) => Select(_row + by);

    /// <summary>Moves the cursor by columns; without one it comes in from the end, and beyond the end it goes.</summary>
    public void MoveCursor(int by, WorkerStrips strips, long nowNs)
    {
        if (strips.Columns == 0)
        {
            // Not drawn yet: the key came right behind the one that leads here.
            CursorNs = by < 0 ? nowNs - 1 : null;
            return;
        }
        var column = Math.Max(0, (strips.ColumnAt(CursorNs) ?? strips.Columns) + by);
        CursorNs = column < strips.Columns ? strips.MomentAt(column) : null;
    }

    public void LookAt(long? ns) => CursorNs = ns;
}
