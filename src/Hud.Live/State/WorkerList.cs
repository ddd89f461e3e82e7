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

    /// <summary>Column of the strip under the cursor, counted from "now" leftwards; -1 when there is no cursor.</summary>
    public int Cursor { get; private set; } = -1;

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

    public void MoveCursor(int by) => Cursor = Math.Max(-1, Cursor + by);

    public void SetCursor(int column) => Cursor = column;
}
