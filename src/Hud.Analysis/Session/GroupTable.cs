using Hud.Analysis.Model;

namespace Hud.Analysis.Session;

/// <summary>Groups of findings by culprit, call and cause.</summary>
internal sealed class GroupTable(AnalysisOptions options)
{
    private readonly Dictionary<GroupKey, BlockerGroup> _groups = [];
    private readonly Dictionary<int, int> _blockersByThread = [];

    /// <summary>Polls of groups that were dropped to keep the table bounded.</summary>
    public long LeftOut { get; private set; }

    public bool HasProvisional => _groups.Values.Any(g => g.Provisional);

    public void Add(ObservedPoll poll, Finding finding)
    {
        if (!_groups.TryGetValue(finding.Key, out var group))
        {
            if (_groups.Count >= options.MaxGroups) DropSmallest();
            _groups.Add(finding.Key, group = new BlockerGroup(finding, options));
        }
        group.Add(poll, finding);
        if (!finding.Starved) _blockersByThread[poll.Poll.Key.Tid] = _blockersByThread.GetValueOrDefault(poll.Poll.Key.Tid) + 1;
    }

    public void Remove(ObservedPoll poll, Finding finding)
    {
        if (!_groups.TryGetValue(finding.Key, out var group)) return;
        group.Remove(poll, finding);
        if (group.Count <= 0) _groups.Remove(finding.Key);
        if (finding.Starved) return;
        var left = _blockersByThread.GetValueOrDefault(poll.Poll.Key.Tid) - 1;
        if (left <= 0) _blockersByThread.Remove(poll.Poll.Key.Tid);
        else _blockersByThread[poll.Poll.Key.Tid] = left;
    }

    /// <summary>Blocking polls by thread id, as of now.</summary>
    public IReadOnlyDictionary<int, int> BlockersByThread() => new Dictionary<int, int>(_blockersByThread);

    public IReadOnlyList<Blocker> Build(bool starved) =>
        [.. _groups.Values.Where(g => g.Starved == starved).Select(g => g.Build()).OrderByDescending(b => b.TotalNs).ThenBy(b => b.Id, StringComparer.Ordinal)];

    private void DropSmallest()
    {
        var (key, group) = _groups.MinBy(g => g.Value.TotalNs);
        LeftOut += group.Count;
        _groups.Remove(key);
    }
}
