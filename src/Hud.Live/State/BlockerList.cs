using Hud.Analysis.Model;
using Hud.Live.Model;

namespace Hud.Live.State;

internal enum BlockerColumn
{
    Culprit, Call, Cause, Count, Total, P50, P99, Max, Share,
}

/// <summary>The rows of the blockers table: filtered and sorted, muted ones last. The selection belongs to an item, not to a row.</summary>
internal sealed class BlockerList
{
    private readonly MutedPlaces _known;
    private readonly HashSet<string> _muted = [];
    private readonly List<Blocker> _rows = [];
    private readonly Comparison<Blocker> _compare;
    private Report? _report;
    private Filter _filter = Filter.None;
    private bool _stale = true;
    private int _row;
    private bool _chosen;

    public BlockerList(MutedPlaces known) => (_known, _compare) = (known, Compare);

    public IReadOnlyList<Blocker> Rows => _rows;

    /// <summary>How many of the report's groups are muted.</summary>
    public int MutedCount => _muted.Count;
    public bool HidesMuted { get; private set; }
    public BlockerColumn Sort { get; private set; } = BlockerColumn.Total;
    public bool Inverted { get; private set; }
    public string? SelectedId { get; private set; }

    /// <summary>Row of the selected item; -1 in an empty list.</summary>
    public int SelectedRow => _rows.Count == 0 ? -1 : _row;
    public Blocker? Selected => _rows.Count == 0 ? null : _rows[_row];

    /// <summary>Brings the rows up to date and finds the selected item again; if it is gone, its neighbour is next.</summary>
    public void Settle(LiveFrame frame, Filter filter)
    {
        if (_stale || !ReferenceEquals(_report, frame.Report) || !ReferenceEquals(_filter, filter)) Rebuild(frame, filter);
        var row = _chosen ? _rows.FindIndex(MatchesSelected) : -1;
        Select(!_chosen ? 0 : row >= 0 ? row : _row);
    }

    private bool MatchesSelected(Blocker blocker) => blocker.Id == SelectedId;

    private void Rebuild(LiveFrame frame, Filter filter)
    {
        (_report, _filter, _stale) = (frame.Report, filter, false);
        _rows.Clear();
        _muted.Clear();
        if (frame.Report is not { } report) return;
        foreach (var blocker in report.Blockers) Add(blocker);
        foreach (var starved in report.Starved) Add(starved);
        _rows.Sort(_compare);

        void Add(Blocker blocker)
        {
            if (_known.Contains(blocker)) _muted.Add(blocker.Id);
            if (filter.Matches(blocker, frame.Index) && !(HidesMuted && IsMuted(blocker.Id))) _rows.Add(blocker);
        }
    }

    private int Compare(Blocker a, Blocker b)
    {
        var muted = IsMuted(a.Id).CompareTo(IsMuted(b.Id));
        if (muted != 0) return muted;
        // A starved group is nobody's fault: it never ranks above what is.
        var starved = (a.Cause == Causes.CpuStarved).CompareTo(b.Cause == Causes.CpuStarved);
        if (starved != 0) return starved;
        var order = Sort switch
        {
            BlockerColumn.Culprit => string.CompareOrdinal(a.Culprit.Function, b.Culprit.Function),
            BlockerColumn.Call => string.CompareOrdinal(a.Call?.Function, b.Call?.Function),
            BlockerColumn.Cause => string.CompareOrdinal(a.Cause, b.Cause),
            BlockerColumn.Count => b.Count.CompareTo(a.Count),
            BlockerColumn.P50 => b.P50Ns.CompareTo(a.P50Ns),
            BlockerColumn.P99 => b.P99Ns.CompareTo(a.P99Ns),
            BlockerColumn.Max => b.MaxNs.CompareTo(a.MaxNs),
            _ => b.TotalNs.CompareTo(a.TotalNs),
        };
        if (Inverted) order = -order;
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    }

    /// <summary>The user chose a row: from now on the selection belongs to its item. Until then it is the first row, whatever stands there.</summary>
    public void Choose(int row)
    {
        _chosen = true;
        Select(row);
    }

    private void Select(int row)
    {
        _row = Math.Clamp(row, 0, Math.Max(0, _rows.Count - 1));
        if (_rows.Count > 0) SelectedId = _rows[_row].Id;
    }

    public void Move(int by) => Choose(_row + by);

    /// <summary>Sorts by a column; by the same one again inverts it.</summary>
    public void SortBy(BlockerColumn column)
    {
        Inverted = column == Sort && !Inverted;
        Sort = column;
        _stale = true;
    }

    /// <summary>Sorts by the next of the columns on the screen, or by the one before.</summary>
    public void StepSort(int by, IReadOnlyList<BlockerColumn> columns)
    {
        if (columns.Count == 0) return;
        var now = -1;
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] == Sort) now = i;
        }
        Sort = columns[now < 0 ? 0 : (now + by + columns.Count) % columns.Count];
        Inverted = false;
        _stale = true;
    }

    public void Invert()
    {
        Inverted = !Inverted;
        _stale = true;
    }

    public bool IsMuted(string id) => _muted.Contains(id);

    /// <returns>What happened, as a sentence for the status line.</returns>
    public string ToggleMute(Blocker blocker)
    {
        var message = _known.Toggle(blocker);
        _stale = true;
        if (blocker.Id == SelectedId)
        {
            // Stay where the eye is: the row that takes its place, not the item on its way to the end.
            _chosen = true;
            if (_known.Contains(blocker) && _row + 1 < _rows.Count) SelectedId = _rows[_row + 1].Id;
        }
        return message;
    }

    public void ToggleHideMuted()
    {
        HidesMuted = !HidesMuted;
        _stale = true;
    }
}
