using Hud.Analysis.Model;
using Hud.Reporting;

namespace Hud.Live.State;

/// <summary>
/// The flame graph of the open blocker, the selected box and the box it is zoomed to. A newer report has new boxes: the path
/// of functions leads to the same place in them.
/// </summary>
internal sealed class FlameState
{
    // From the root to the selected box.
    private readonly List<FlameNode> _path = [];
    private Blocker? _blocker;
    private int _zoom;

    public FlameNode? Root => _path.Count > 0 ? _path[0] : null;
    public FlameNode? Zoom => _path.Count > 0 ? _path[_zoom] : null;
    public FlameNode? Selected => _path.Count > 0 ? _path[^1] : null;

    /// <summary>From the root to the zoomed box.</summary>
    public IEnumerable<FlameNode> ZoomPath => _path.Take(_zoom + 1);

    /// <summary>Another blocker is opened: nothing selected, not zoomed.</summary>
    public void Reset()
    {
        _path.Clear();
        _zoom = 0;
        _blocker = null;
    }

    public void Settle(Blocker blocker)
    {
        if (ReferenceEquals(_blocker, blocker)) return;
        _blocker = blocker;
        var old = _path.ToArray();
        _path.Clear();
        _path.Add(FlameTree.Of(blocker));
        for (var depth = 1; depth < old.Length; depth++)
        {
            var next = _path[^1].Children.FirstOrDefault(child => child.Name == old[depth].Name);
            if (next is null) break;
            _path.Add(next);
        }
        _zoom = Math.Min(_zoom, _path.Count - 1);
        if (_path.Count == 1) Begin();
    }

    /// <summary>At the culprit, if it is where most of the time is; else at the first box.</summary>
    private void Begin()
    {
        var culprit = _path[0].Name;
        MoveDepth(1);
        while (Selected is { Children.Count: > 0 } box && box.Name != culprit) MoveDepth(1);
        if (Selected!.Name != culprit) Select([.. _path.Take(2)]);
    }

    /// <summary>Selects the box at the end of a path from the root that goes through the zoomed box.</summary>
    public void Select(IReadOnlyList<FlameNode> path)
    {
        _path.Clear();
        _path.AddRange(path);
        _zoom = Math.Min(_zoom, _path.Count - 1);
    }

    public void MoveDepth(int by)
    {
        if (by > 0 && Selected is { Children: [var first, ..] }) _path.Add(first);
        // The row of the root is not drawn.
        else if (by < 0 && _path.Count - 1 > Math.Max(1, _zoom)) _path.RemoveAt(_path.Count - 1);
    }

    public void MoveSibling(int by)
    {
        if (_path.Count < 2 || _path.Count - 1 == _zoom) return;
        var siblings = _path[^2].Children;
        for (var i = 0; i < siblings.Count; i++)
        {
            if (siblings[i] != _path[^1]) continue;
            if (i + by >= 0 && i + by < siblings.Count) _path[^1] = siblings[i + by];
            return;
        }
    }

    public void ZoomIn() => _zoom = Math.Max(0, _path.Count - 1);

    /// <returns>False when there was nothing to leave.</returns>
    public bool ZoomOut()
    {
        var zoomed = _zoom > 0;
        _zoom = 0;
        return zoomed;
    }
}
