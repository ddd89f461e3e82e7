using Hud.Target;
using Hud.Tracking.Choice;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;
using Hud.Tracking.Scheduler;

namespace Hud.Tracking;

/// <summary>
/// Watches one process until disposed. Everything happens on the thread that calls: <see cref="Drain"/> every 20 ms or so
/// delivers what has been seen to the sink.
/// </summary>
public sealed class TrackerSession : IDisposable
{
    private readonly TargetProcess _target;
    private readonly TrackerChoice _choice;
    private long _thresholdNs;

    private TrackerSession(TargetProcess target, TrackerChoice choice, TrackerOptions options)
    {
        (_target, _choice, _thresholdNs) = (target, choice, options.ThresholdNs);
        try
        {
            RestrictTo(options.WorkersPrefix);
            _choice.Begin();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The programs and libraries with Tokio in them that are followed, each with a Tokio of its own; one in most processes.</summary>
    public IReadOnlyList<TokioModule> Modules => [.. _choice.Modules.Select(m => m.Tokio)];

    /// <summary>Of a process with several of them: those whose runtimes are not followed, or were not all the time, and why, in sentences.</summary>
    /// <param name="sinceNs">The start of what is to be explained, CLOCK_MONOTONIC.</param>
    public IReadOnlyList<string> Gaps(long sinceNs) => _choice.Gaps(sinceNs);

    /// <summary>The tracker that serves: "sampled", "exact" or "scheduler".</summary>
    public string Tracker => _choice.Tracker;

    /// <summary>Why this tracker, as a sentence for people.</summary>
    public string Reason => _choice.Reason;

    /// <summary>Own time from which a poll is delivered for certain; somewhat shorter ones are delivered too.</summary>
    public long ThresholdNs
    {
        get => _thresholdNs;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _thresholdNs = value;
            Kernel.ApplyThreshold(value);
        }
    }

    /// <summary>Distance of two samples of a running thread.</summary>
    public long SamplePeriodNs => Kernel.SamplePeriodNs;

    /// <summary>Polls are being tracked; false while the layout is not known yet.</summary>
    public bool IsTracking => _choice.IsTracking;

    /// <summary>False while what is seen is partly hud's own doing: probes go in or out.</summary>
    public bool IsSettled => _choice.IsSettled;

    /// <summary>While some polls are followed, those of runtimes of another kind are not yet: of which, and what is missing; else null.</summary>
    public string? Unfollowed => _choice.Unfollowed;

    public bool TargetExited { get; private set; }

    /// <summary>The process called execve: what runs now is another program.</summary>
    public bool TargetReplaced => Kernel.Dispatcher.SawExec;

    public TrackerCounters Counters
    {
        get
        {
            var counters = Kernel.ReadCounters();
            var cost = _choice.CalibrationCost;
            return counters with
            {
                BpfNs = counters.BpfNs + cost.BpfNs,
                BpfRuns = counters.BpfRuns + cost.BpfRuns,
                Samples = counters.Samples + cost.Samples,
                SampleNs = (counters.Samples + cost.Samples) * TimerCost.SampleNs,
                ProbeHits = counters.ProbeHits + cost.Hits,
                ProbeNs = counters.ProbeNs + cost.ProbeNs,
            };
        }
    }

    private KernelTracker Kernel => _choice.Kernel;

    /// <summary>Starts watching. While Tokio's layout is still being worked out, nothing is reported and <see cref="Reason"/> says what is missing.</summary>
    /// <exception cref="HudException">The process is gone, is no Tokio program, or the kernel does not let hud watch it.</exception>
    public static TrackerSession Start(TargetProcess target, ProcessModules modules, TrackerOptions options, ITrackerSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        StealClock.Prepare();
        var choice = new TrackerChoice(target, modules, new ModulePlans(TokioModule.RequireAll(modules), options), options, sink);
        return new TrackerSession(target, choice, options);
    }

    /// <summary>Delivers everything seen since the last call.</summary>
    public void Drain()
    {
        // Asked first: what the target did before it went is still delivered.
        var isAlive = _target.IsAlive();
        _choice.Drain(isAlive);
        TargetExited = !isAlive;
    }

    /// <summary>Polls that run now and are older than the threshold; the stacks of those that sleep go to the sink.</summary>
    public IReadOnlyList<PollEvent> InProgress() => Kernel.ReadInProgress(_thresholdNs, withStacks: true);

    /// <summary>All threads of the target, workers or not, those that have exited included where they were workers.</summary>
    public IReadOnlyList<WorkerTotals> Workers() => Kernel.Directory.Workers(MonotonicClock.NowNs);

    /// <summary>Asks for a <see cref="StackKind.Snapshot"/> of every thread; the stacks arrive with the next calls of <see cref="Drain"/>.</summary>
    public void RequestSnapshot() => Kernel.RequestSnapshot();

    /// <summary>Every poll by future type; empty unless the tracker is the exact one.</summary>
    public IReadOnlyList<FutureStatistics> Futures() => _choice.Futures();

    /// <summary>Blocking pools since <see cref="ResetBlockingPools"/>; of runtimes whose layout tells, else none.</summary>
    public IReadOnlyCollection<BlockingPoolTotals> BlockingPools() => Kernel.ReadBlockingPools();

    public void ResetBlockingPools() => Kernel.ResetBlockingPools();

    /// <summary>Counts polls by future type from now on.</summary>
    public void ResetFutures() => _choice.ResetFutures();

    /// <summary>Counters by name, for diagnosis.</summary>
    public IReadOnlyDictionary<string, long> CountersByName() => Kernel.ReadCountersByName();

    /// <summary>Time and runs of each BPF program, as the kernel counted them.</summary>
    public IEnumerable<(string Name, long Ns, long Runs)> ProgramCosts() => Kernel.Statistics.PerProgram();

    public void Dispose() => _choice.Dispose();

    /// <summary>A prefix that a person gave decides which threads count, whatever Tokio's memory says.</summary>
    private void RestrictTo(string? prefix)
    {
        if (prefix is not null)
            Kernel.Dispatcher.Accepts = tid => WorkerNames.IsWorker(Kernel.Directory.NameOf(tid), prefix);
    }
}
