using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Analysis.Session;
using Hud.Tracking.Events;

namespace Hud.Analysis;

/// <summary>
/// Turns what a tracker delivers into a <see cref="Report"/>. Polls are judged when they end, and again when the threshold
/// changes; polls in progress are judged anew for every snapshot. Memory is bounded by <see cref="AnalysisOptions"/>.
/// Safe to call from several threads: a tracker's and a screen's.
/// </summary>
public sealed class SessionAnalysis : ITrackerSink
{
    private readonly Lock _lock = new();
    private readonly AnalysisOptions _options;
    private readonly IStackNamer _namer;
    private readonly StackTable _stacks = new();
    private readonly OpenPolls _open;
    private readonly PollJudge _judge;
    private readonly DriverStalls _stalls;
    private readonly PollHistory _history;
    private readonly SeenFutures _futureNames = new();
    private long _thresholdNs;
    private long? _windowNs;
    private long _longestNs;
    private long _fromNs;

    public SessionAnalysis(AnalysisOptions options, IStackNamer namer)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _namer = namer;
        _thresholdNs = options.ThresholdNs;
        _windowNs = options.WindowNs;
        _open = new OpenPolls(_stacks, namer, options);
        _judge = new PollJudge(_stacks);
        _stalls = new DriverStalls(options);
        _history = new PollHistory(options, Judge);
    }

    /// <summary>Raised for each blocking or starved poll when it has ended, on the thread that delivers events.</summary>
    public event Action<PollRecord>? PollEnded;

    /// <summary>
    /// Changing it judges the kept polls again: those under a higher threshold vanish, and come back when it is lowered.
    /// Polls that were under the threshold in force when they ended were never kept.
    /// </summary>
    public long ThresholdNs
    {
        get { lock (_lock) return _thresholdNs; }
        set
        {
            lock (_lock)
            {
                if (_thresholdNs == value) return;
                _thresholdNs = value;
                _history.JudgeAgain();
            }
        }
    }

    /// <summary>A poll is in the window while it ended less than this ago; null: the whole session.</summary>
    public long? WindowNs
    {
        get { lock (_lock) return _windowNs; }
        set { lock (_lock) _windowNs = value; }
    }

    /// <summary>For <see cref="Tracking.TrackerOptions.PlaceOfWait"/>.</summary>
    public static WaitPlace PlaceOf(NamedStack stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        return Reading.StackReader.Read(stack.Frames).Place;
    }

    public void OnStack(StackEvent stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        lock (_lock) _open.Add(stack);
    }

    public void OnPoll(PollEvent poll)
    {
        ArgumentNullException.ThrowIfNull(poll);
        PollRecord? ended = null;
        if (poll.StartNs < _fromNs) poll = poll.From(_fromNs);
        lock (_lock)
        {
            if (poll.InProgress) _open.Get(poll.Key).InProgress = poll;
            else ended = End(poll, _open.Take(poll.Key));
        }
        if (ended is not null) PollEnded?.Invoke(ended);
    }

    public void OnPollWithdrawn(PollKey poll)
    {
        lock (_lock) _open.Find(poll)?.InProgress = null;
    }

    /// <summary>
    /// Says which polls run now, as the tracker's <c>InProgress()</c> gave it after its events were delivered. One that was
    /// in progress and is no longer, though its end never came (it was lost), is kept as last seen: not at once, since it may have
    /// ended after those events.
    /// </summary>
    public void OnInProgress(IReadOnlyList<PollEvent> polls)
    {
        ArgumentNullException.ThrowIfNull(polls);
        var now = polls.Select(p => p.Key).ToHashSet();
        foreach (var poll in polls) OnPoll(poll with { InProgress = true });
        List<PollEvent> vanished;
        lock (_lock) vanished = [.. _open.InProgress().Where(p => !now.Contains(p.Key) && p.IsMissedAgain()).Select(p => p.InProgress!)];
        foreach (var poll in vanished) OnPoll(poll with { InProgress = false });
    }

    public void OnDriverStall(DriverStallEvent stall)
    {
        lock (_lock) _stalls.Add(stall);
    }

    public void OnThread(ThreadEvent thread)
    {
        ArgumentNullException.ThrowIfNull(thread);
        if (!thread.Exited) return;
        lock (_lock) _open.ThreadExited(thread.Tid);
    }

    /// <summary>Forgets everything found so far. Polls that began before <paramref name="fromNs"/> and still run count from then on.</summary>
    public void Reset(long fromNs = 0)
    {
        lock (_lock)
        {
            _fromNs = fromNs;
            _history.Clear();
            _open.Clear();
            _stalls.Clear();
            _longestNs = 0;
        }
    }

    /// <summary>The report as of <see cref="SessionFacts.NowNs"/>. Cheap while little changed: groups that did not change are not built again.</summary>
    public Report Snapshot(SessionFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        lock (_lock)
        {
            _history.Complete(_stacks.Version);
            var running = new List<ObservedPoll>();
            foreach (var open in _open.InProgress())
            {
                var observed = open.Observe(open.InProgress!);
                observed.Finding = Judge(observed);
                NoteLength(observed.Poll, observed.Finding);
                if (observed.Finding is not null) running.Add(observed);
            }
            var view = _history.View(facts.NowNs, _windowNs, running);
            return ReportBuilder.Build(facts, view, _stalls.Of(_history, running, view.FromNs, _thresholdNs), _namer, _futureNames, new SessionInfo
            {
                StartedAt = facts.StartedAt,
                StartNs = facts.StartNs,
                DurationNs = Math.Max(0, facts.NowNs - facts.StartNs),
                ThresholdNs = _thresholdNs,
                Tracker = facts.Tracker,
                SamplePeriodNs = facts.SamplePeriodNs,
                WindowNs = _windowNs,
                Symbols = _namer.Quality,
                LongestPollNs = Math.Max(_longestNs, facts.LongestPollNs ?? 0) is var longest and > 0 ? longest : null,
                EventsLeftOut = view.LeftOut,
            });
        }
    }

    private Finding? Judge(ObservedPoll poll) => _judge.Judge(poll, _thresholdNs);

    /// <summary>Waits that may belong to no poll, and legal ones over the threshold, have no part in the longest poll.</summary>
    private void NoteLength(PollEvent poll, Finding? finding)
    {
        var own = poll.OnCpuNs + poll.AsleepNs;
        if (finding is not null || (!poll.Unproven && own < _thresholdNs)) _longestNs = Math.Max(_longestNs, own);
    }

    private PollRecord? End(PollEvent poll, OpenPoll? open)
    {
        if (poll.EndNs - poll.StartNs < _thresholdNs)
        {
            NoteLength(poll, null);
            return null;
        }
        var observed = open?.Observe(poll) ?? new ObservedPoll(poll, [], []);
        observed.Finding = Judge(observed);
        NoteLength(poll, observed.Finding);
        if (observed.Finding is null) return null;
        if (poll.FutureIndex >= 0 && observed.Finding.TaskType is { } type) _futureNames.Add(poll.FutureIndex, type);
        return _history.Add(observed);
    }
}
