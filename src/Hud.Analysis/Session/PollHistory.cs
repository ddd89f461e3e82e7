using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>What a report shows of the polls: groups and events of the window, or of the session.</summary>
/// <param name="FromNs">Start of the window; <see cref="long.MinValue"/> without one.</param>
/// <param name="LeftOut">Polls that are in the sums but not among the events, or in neither because a cap was reached.</param>
internal sealed record HistoryView(
    IReadOnlyList<Blocker> Blockers,
    IReadOnlyList<Blocker> Starved,
    IReadOnlyList<PollRecord> Events,
    IReadOnlyDictionary<int, int> BlockersByThread,
    long FromNs,
    long LeftOut);

/// <summary>
/// The polls that count: the newest one by one, and sums over all of them. With a window, a second set of sums follows the
/// newest; both are sums of the same findings.
/// </summary>
internal sealed class PollHistory(AnalysisOptions options, Func<ObservedPoll, Finding?> judge)
{
    /// <summary>In order of arrival, which is the order of their ends but for one drain of the tracker's buffer.</summary>
    private readonly Queue<ObservedPoll> _kept = new();
    private readonly Dictionary<PollKey, ObservedPoll> _byKey = [];
    private readonly Queue<ObservedPoll> _inWindow = new();

    private GroupTable _session = new(options);
    private GroupTable? _window;
    private long? _windowNs;
    private long _windowLeftOut;
    private long _leftOut;
    private int _completedVersion;
    private PollRecord[]? _events;

    public PollRecord? Add(ObservedPoll poll)
    {
        Admit(poll);
        _kept.Enqueue(poll);
        _byKey[poll.Poll.Key] = poll;
        if (_kept.Count > options.MaxEvents) Forget();
        return poll.Finding?.Record;
    }

    public Finding? FindingOf(PollKey key) => _byKey.TryGetValue(key, out var poll) ? poll.Finding : null;

    public void Clear()
    {
        _kept.Clear();
        _byKey.Clear();
        _leftOut = 0;
        Rebuild();
    }

    /// <summary>Judges every kept poll again, after the threshold changed. Sums start over from the kept ones.</summary>
    public void JudgeAgain()
    {
        foreach (var poll in _kept) poll.Finding = judge(poll);
        Rebuild();
    }

    /// <summary>Gives polls whose stacks were all cut off another chance once whole stacks like theirs are known.</summary>
    public void Complete(int stacksVersion)
    {
        if (stacksVersion == _completedVersion) return;
        _completedVersion = stacksVersion;
        if (!_session.HasProvisional) return;
        foreach (var poll in _kept)
        {
            if (poll.Finding is not { Provisional: true } before || judge(poll) is not { Provisional: false } after) continue;
            _session.Remove(poll, before);
            poll.Finding = after;
            Record(poll, after);
            _session.Add(poll, after);
            if (_window is null || !_inWindow.Contains(poll)) continue;
            _window.Remove(poll, before);
            _window.Add(poll, after);
        }
        _events = null;
    }

    public HistoryView View(long nowNs, long? windowNs, IReadOnlyList<ObservedPoll> running)
    {
        if (windowNs != _windowNs)
        {
            _windowNs = windowNs;
            RebuildWindow();
        }
        var from = windowNs is { } length ? nowNs - length : long.MinValue;
        Expire(from);

        var table = _window ?? _session;
        foreach (var poll in running)
        {
            Record(poll, poll.Finding!);
            table.Add(poll, poll.Finding!);
        }
        var view = new HistoryView(
            table.Build(starved: false),
            table.Build(starved: true),
            Events(running),
            table.BlockersByThread(),
            from,
            (_window is null ? _leftOut : _windowLeftOut) + table.LeftOut);
        foreach (var poll in running) table.Remove(poll, poll.Finding!);
        return view;
    }

    private void Admit(ObservedPoll poll)
    {
        if (poll.Finding is not { } finding) return;
        Record(poll, finding);
        _session.Add(poll, finding);
        if (_window is not null)
        {
            _window.Add(poll, finding);
            _inWindow.Enqueue(poll);
        }
        _events = null;
    }

    private static void Record(ObservedPoll poll, Finding finding) => finding.Record = new PollRecord
    {
        StartNs = poll.Poll.StartNs,
        DurationNs = poll.WallNs,
        OnCpuNs = poll.Poll.OnCpuNs,
        BlockedNs = poll.Poll.AsleepNs,
        RunQueueNs = poll.Poll.RunQueueNs,
        Tid = poll.Poll.Key.Tid,
        TaskId = poll.Poll.TaskId,
        Blocker = BlockerGroup.IdOf(finding.Key),
        Starved = finding.Starved,
        InProgress = poll.Poll.InProgress,
        WaitingTasks = poll.Poll.WaitingTasks,
    };

    /// <summary>Drops the oldest poll. Its share in the session's sums stays; a window that still held it gets shorter.</summary>
    private void Forget()
    {
        var oldest = _kept.Dequeue();
        if (_byKey.TryGetValue(oldest.Poll.Key, out var same) && same == oldest) _byKey.Remove(oldest.Poll.Key);
        if (oldest.Finding is not { } finding) return;
        _leftOut++;
        if (_window is not null && _inWindow.TryPeek(out var first) && first == oldest)
        {
            _inWindow.Dequeue();
            _window.Remove(oldest, finding);
            _windowLeftOut++;
        }
        _events = null;
    }

    private void Expire(long fromNs)
    {
        while (_window is not null && _inWindow.TryPeek(out var oldest) && oldest.Poll.EndNs < fromNs)
        {
            _inWindow.Dequeue();
            _window.Remove(oldest, oldest.Finding!);
            _events = null;
        }
    }

    private void Rebuild()
    {
        _session = new GroupTable(options);
        foreach (var poll in _kept)
        {
            if (poll.Finding is not { } finding) continue;
            Record(poll, finding);
            _session.Add(poll, finding);
        }
        RebuildWindow();
    }

    private void RebuildWindow()
    {
        _window = _windowNs is null ? null : new GroupTable(options);
        _windowLeftOut = 0;
        _inWindow.Clear();
        _events = null;
        if (_window is null) return;
        foreach (var poll in _kept)
        {
            if (poll.Finding is not { } finding) continue;
            _window.Add(poll, finding);
            _inWindow.Enqueue(poll);
        }
    }

    /// <summary>In order of start. The array of the polls that ended is kept until it changes.</summary>
    private PollRecord[] Events(IReadOnlyList<ObservedPoll> running)
    {
        if (_events is null)
        {
            _events = [.. (_window is null ? _kept : _inWindow).Where(p => p.Finding is not null).Select(p => p.Finding!.Record!)];
            Array.Sort(_events, ByStart);
        }
        if (running.Count == 0) return _events;
        PollRecord[] all = [.. _events, .. running.Select(p => p.Finding!.Record!)];
        Array.Sort(all, ByStart);
        return all;
    }

    private static int ByStart(PollRecord a, PollRecord b) =>
        a.StartNs != b.StartNs ? a.StartNs.CompareTo(b.StartNs) : a.Tid.CompareTo(b.Tid);
}
