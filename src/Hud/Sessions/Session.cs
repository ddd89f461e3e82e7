using System.Collections.Concurrent;
using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Commands;
using Hud.Target;
using Hud.Tracking;
using Hud.Tracking.Events;
using Hud.Tracking.Kernel;

namespace Hud.Sessions;

/// <summary>
/// One attached session: the tracker's events go into the analysis on the thread that calls <see cref="Run"/>; a report can
/// be taken at any time on that thread, and other threads hand it work through <see cref="Post"/>.
/// </summary>
internal sealed class Session : IDisposable
{
    private static readonly TimeSpan DrainPeriod = TimeSpan.FromMilliseconds(20);
    private const long UpdatePeriodNs = 100_000_000;

    private readonly SessionSettings _settings;
    private readonly ProcessModules _modules;
    private readonly SessionAnalysis _analysis;
    private readonly TrackerSession _tracker;
    private readonly CgroupCpu? _cgroup;
    private readonly long _throttledBeforeNs;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly long _attachedNs = MonotonicClock.NowNs;
    private DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private long _startNs = MonotonicClock.NowNs;
    private bool _recording;
    private PollBaseline? _learning;
    private string? _thresholdOrigin;
    private Dictionary<int, WorkerTotals> _before = [];
    private long _endNs;
    private string? _endReason;

    private Session(SessionSettings settings, TargetProcess target, ProcessModules modules)
    {
        (_settings, Target, _modules) = (settings, target, modules);
        _cgroup = CgroupCpu.Of(target);
        _throttledBeforeNs = _cgroup?.ThrottledNs() ?? 0;
        var namer = new StackNamer(modules, new KernelSymbols());
        _analysis = new SessionAnalysis(
            new AnalysisOptions { ThresholdNs = settings.Threshold.Ns, WindowNs = settings.WindowNs, SyscallName = SyscallNames.TryFind },
            namer);
        var options = new TrackerOptions
        {
            ThresholdNs = settings.Threshold.Ns,
            Tracker = settings.Tracker,
            WorkersPrefix = settings.WorkersPrefix,
            MaxOverhead = settings.MaxOverheadPercent / 100,
            ScheduleDelays = settings.ScheduleDelays,
            PlaceOfWait = stack => SessionAnalysis.PlaceOf(namer.Name(stack)),
            // How short the polls are that will count is not known yet.
            SamplePeriodNs = settings.Threshold.Relative is null ? 0 : 250_000,
        };
        _tracker = TrackerSession.Start(target, modules, options, _analysis);
    }

    public TargetProcess Target { get; }

    /// <summary>Called on the session's thread about ten times a second: the moment, the workers, the polls that go on.</summary>
    public Action<long, IReadOnlyList<WorkerTotals>, IReadOnlyList<PollEvent>, TrackerCounters>? Updated { get; set; }

    /// <exception cref="HudException">No such process, no Tokio in it, or a precondition is missing.</exception>
    public static Session Attach(SessionSettings settings)
    {
        var target = settings.Pid is { } pid ? TargetProcess.Open(pid) : TargetProcess.Find(settings.Name!).Single();
        Preflight.RequireHost();
        var modules = new ProcessModules(target, new ModuleOptions { SymbolsPath = settings.Symbols });
        try
        {
            return new Session(settings, target, modules);
        }
        catch
        {
            modules.Dispose();
            throw;
        }
    }

    /// <summary>Runs <paramref name="action"/> on the session's thread, soon.</summary>
    public void Post(Action action) => _posted.Enqueue(action);

    public void SetThreshold(long ns)
    {
        (_learning, _thresholdOrigin) = (null, null);
        ApplyThreshold(ns);
    }

    private void ApplyThreshold(long ns)
    {
        _tracker.ThresholdNs = ns;
        _analysis.ThresholdNs = ns;
    }

    public void SetWindow(long? ns) => _analysis.WindowNs = ns;

    /// <summary>Begins the session anew, under the threshold in force.</summary>
    public void Reset()
    {
        if (_recording) BeginRecording(MonotonicClock.NowNs);
    }

    /// <summary><see cref="Run"/> without a view: says once on standard error how polls are followed, as soon as that is known.</summary>
    public void RunHeadless(CancellationToken stop)
    {
        var name = $"{Target.Name} ({Target.Pid})";
        if (!_tracker.IsTracking) Output.Progress($"attached to {name}; {_tracker.Reason}");
        Updated = (_, _, _, _) =>
        {
            if (!_tracker.IsTracking) return;
            Output.Progress($"following the polls of {name}, {_tracker.Tracker} tracker: {_tracker.Reason}");
            Updated = null;
        };
        Run(stop);
    }

    /// <summary>Drains events until the duration is over, <paramref name="stop"/> is set, or the target is gone.</summary>
    public void Run(CancellationToken stop)
    {
        long nextUpdateNs = 0;
        while (_endReason is null)
        {
            _tracker.Drain();
            if (!_recording && _tracker.IsTracking && _tracker.IsSettled) BeginRecording(MonotonicClock.NowNs);
            if (_learning is not null) Learn(_learning, MonotonicClock.NowNs);
            while (_posted.TryDequeue(out var action)) action();
            var now = MonotonicClock.NowNs;
            if (now >= nextUpdateNs)
            {
                nextUpdateNs = now + UpdatePeriodNs;
                var running = _tracker.InProgress();
                _analysis.OnInProgress(running);
                Updated?.Invoke(now, _tracker.Workers(), running, _tracker.Counters);
            }
            _endReason =
                _tracker.TargetReplaced ? "target replaced itself (exec)"
                : _tracker.TargetExited ? "target exited"
                : stop.IsCancellationRequested ? "interrupted"
                : now - _attachedNs >= _settings.DurationNs ? "duration"
                : null;
            if (_endReason is null) stop.WaitHandle.WaitOne(DrainPeriod);
        }
        _tracker.Drain();
        _analysis.OnInProgress(_tracker.InProgress());
        // Those that ended between the two.
        _tracker.Drain();
        _endNs = MonotonicClock.NowNs;
        RequireThreshold();
    }

    /// <summary>The session counts from when polls can be seen as they are.</summary>
    private void BeginRecording(long nowNs)
    {
        _tracker.ResetFutures();
        if (!_recording && _settings.Threshold.Relative is { } relative) _learning = new PollBaseline(relative, nowNs);
        (_recording, _startedAt, _startNs) = (true, DateTimeOffset.UtcNow, nowNs);
        // The kernel may give the id of a thread that is gone to a new one, which then comes last.
        _before = _tracker.Workers().GroupBy(w => w.Tid).ToDictionary(g => g.Key, g => g.Last());
        _analysis.Reset(nowNs);
        _tracker.ResetBlockingPools();
    }

    /// <summary>All threads with their times since the session began.</summary>
    private IReadOnlyList<WorkerTotals> Workers() =>
    [
        .. _tracker.Workers().Select(w => !_before.TryGetValue(w.Tid, out var before) ? w : w with
        {
            OnCpuNs = Math.Max(0, w.OnCpuNs - before.OnCpuNs),
            BlockedNs = Math.Max(0, w.BlockedNs - before.BlockedNs),
            RunQueueNs = Math.Max(0, w.RunQueueNs - before.RunQueueNs),
            StolenNs = Math.Max(0, w.StolenNs - before.StolenNs),
            IdleNs = Math.Max(0, w.IdleNs - before.IdleNs),
        }),
    ];

    /// <summary>Once the threshold is known the session begins anew, so that everything in it was held against the same one.</summary>
    private void Learn(PollBaseline baseline, long nowNs)
    {
        if (baseline.TryDerive(nowNs, _tracker.Futures()) is not { } derived) return;
        (_learning, _thresholdOrigin) = (null, derived.Origin);
        ApplyThreshold(derived.Ns);
        BeginRecording(nowNs);
    }

    /// <exception cref="HudException">The session has ended before a relative threshold was known.</exception>
    private void RequireThreshold()
    {
        if (_settings.Threshold.Relative is not { } relative || (_recording && _learning is null)) return;
        throw new HudException(
            $"the threshold {relative} could not be derived before the session ended: {_learning?.Seen ?? 0} of {_learning?.Needed.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "the"} polls it takes were seen",
            "watch for longer or under more load, or give --threshold in milliseconds", ExitCode.Failed);
    }

    public Report Snapshot()
    {
        var workers = Workers();
        return _analysis.Snapshot(new SessionFacts
        {
            Tool = new ToolInfo("hud", Host.Version),
            Target = new TargetInfo
            {
                Pid = Target.Pid,
                Name = Target.Name,
                Exe = Target.ExeFile,
                BuildId = _modules.MainModule.BuildId,
                TokioVersion = RuntimesOfTarget.Version(workers, _tracker.Modules),
                Runtimes = RuntimesOfTarget.List(workers, _tracker.Modules, _tracker.BlockingPools()),
            },
            StartedAt = _startedAt,
            AttachedNs = _attachedNs,
            StartNs = _startNs,
            NowNs = _endReason is null ? MonotonicClock.NowNs : _endNs,
            Tracker = _tracker.Tracker,
            TrackerReason = _tracker.Reason,
            SamplePeriodNs = _tracker.SamplePeriodNs,
            Workers = workers,
            Futures = _tracker.Futures(),
            Counters = _tracker.Counters,
            OwnCpuNs = Host.OwnCpuNs,
            PeakRssBytes = Host.PeakRssBytes,
            EndReason = _endReason,
            Host = Host.Name,
            Kernel = Host.Kernel,
            CommandLine = Target.CommandLine,
            ThresholdOrigin = _thresholdOrigin,
            NotReady = !_tracker.IsTracking ? _tracker.Reason
                : _learning is { } learning ? $"The program's own poll times are being learned for --threshold {_settings.Threshold}: {learning.Seen} of {learning.Needed} polls seen."
                : _tracker.Unfollowed is { } unfollowed ? $"The polls of some runtimes are not followed yet: Tokio's layout is being worked out ({unfollowed})."
                : null,
            Gaps = _tracker.Gaps(_startNs),
            StolenNs = workers.Where(w => w.IsWorker).Sum(w => w.StolenNs),
            ThrottledNs = _cgroup is null ? 0 : _cgroup.ThrottledNs() - _throttledBeforeNs,
        });
    }

    public void Dispose()
    {
        _tracker.Dispose();
        _modules.Dispose();
    }
}
