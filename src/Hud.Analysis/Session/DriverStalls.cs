using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>The intervals in which nobody waited for I/O; one in progress is replaced by its later states.</summary>
internal sealed class DriverStalls(AnalysisOptions options)
{
    private readonly Dictionary<(int RuntimeId, long StartNs), DriverStallEvent> _stalls = [];
    private readonly Queue<(int RuntimeId, long StartNs)> _oldestFirst = [];

    public void Add(DriverStallEvent stall)
    {
        var key = (stall.RuntimeId, stall.StartNs);
        if (!_stalls.ContainsKey(key)) _oldestFirst.Enqueue(key);
        _stalls[key] = stall;
        if (_stalls.Count > options.MaxDriverStalls) _stalls.Remove(_oldestFirst.Dequeue());
    }

    public void Clear()
    {
        _stalls.Clear();
        _oldestFirst.Clear();
    }

    /// <summary>Those that lasted the threshold and reach into the window, with the blocker that caused them where it is known.</summary>
    public IReadOnlyList<DriverStall> Of(PollHistory history, IReadOnlyList<ObservedPoll> running, long fromNs, long thresholdNs) =>
        [.. _stalls.Values
            .Where(s => s.EndNs >= fromNs && s.EndNs - s.StartNs >= thresholdNs)
            .OrderBy(s => s.StartNs)
            .Select(s => new DriverStall(s.StartNs, s.EndNs - s.StartNs, s.Culprit.Tid, BlockerOf(s.Culprit, history, running), s.IdleWorkers, s.InProgress))];

    private static string? BlockerOf(PollKey key, PollHistory history, IReadOnlyList<ObservedPoll> running)
    {
        var finding = history.FindingOf(key) ?? running.FirstOrDefault(p => p.Poll.Key == key)?.Finding;
        return finding is { Starved: false } ? BlockerGroup.IdOf(finding.Key) : null;
    }
}
