using Hud.Target;
using Hud.Tracking.Events;
using Hud.Tracking.Exact;
using Hud.Tracking.Kernel;
using Hud.Tracking.Scheduler;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Sampled;

/// <summary>
/// The loaded and attached tracker programs of one target: settings, thread table, samplers, counters. Knows no Tokio
/// version; the layout comes from outside and may come late.
/// </summary>
internal sealed unsafe class KernelTracker : IDisposable
{
    public const string ObjectName = "tracker.bpf.o";

    /// <summary>Programs that the exact tracker's probes run.</summary>
    public static readonly string[] ProbePrograms = ["on_poll_entry", "on_poll_return", "on_schedule"];

    private const int StackSlots = 128;

    private static readonly string[] Tracepoints = ["on_exit", "on_exec", "on_fork", "on_waking", "on_switch"];

    private readonly TargetProcess _target;
    private readonly ProcessModules _modules;
    private readonly BpfObject _bpf;
    private readonly RingBuffer _ring;
    private readonly ThreadTable _table;
    private readonly SlotPools _pools;
    private readonly TickChoice? _ticks;
    private readonly PollSampler _sampler;
    private readonly ChainSampler _chains;
    private readonly ProbedModules _probed;
    private readonly UnprovenWaits _unproven;
    private readonly ProgramStatistics _statistics;
    private readonly BpfMap _counters;
    private readonly SharedMemory _settingsMemory;
    private readonly WireSettings* _settings;
    private readonly TrackerOptions _options;
    private readonly ITrackerSink _sink;
    private readonly ProcessMemory? _memory;
    private readonly List<TokioLayout?> _layouts = [];
    private readonly BlockingPools? _blockingPools;
    private long _samplersCheckedNs;
    private bool _seesTicks;

    /// <param name="modules">Of the process. Those that are followed are to be added, see <see cref="AddModule"/>.</param>
    /// <param name="exactMulti">Load the exact tracker's programs, for one link (true) or for one event each (false); null leaves them out.</param>
    public KernelTracker(TargetProcess target, ProcessModules modules, TrackerOptions options, ITrackerSink sink, bool? exactMulti = null)
    {
        _target = target;
        _modules = modules;
        CanProbe = exactMulti is not null;
        _options = options;
        _sink = sink;
        SamplePeriodNs = options.EffectiveSamplePeriodNs(() => TimerCost.SampleNs);
        _memory = ProcessMemory.TryOpen(target.Pid);
        _blockingPools = _memory is null ? null : new BlockingPools(_memory, _layouts, Runtimes);
        _probed = new ProbedModules(modules);
        _bpf = BpfObject.Open(ObjectName);
        try
        {
            Configure();
            SelectPrograms(exactMulti);
            _bpf.Load();
            _settingsMemory = new SharedMemory(_bpf.Section(".data.settings"), writable: true);
            _settings = (WireSettings*)_settingsMemory.Address;
            _counters = _bpf.Map("counters");
            _table = new ThreadTable(_bpf.Map("threads"));
            _pools = new SlotPools(_bpf.Section(".data.pools"), threads: _table.Count, stacks: StackSlots);
            Directory = new ThreadDirectory(target.Pid, _table, _pools, Runtimes);
            Dispatcher = new EventDispatcher(sink, Directory, Runtimes);
            _unproven = new UnprovenWaits(_table, Directory, options.PlaceOfWait);
            Dispatcher.UnprovenWaitEnded = _unproven.OnEnded;
            Dispatcher.CallerSeen = _probed.OnCaller;
            Dispatcher.SnapshotSeen = _probed.OnSnapshot;
            InProgress = new PollsInProgress(Directory, _bpf.Map("stacks"), Runtimes, _unproven);
            _ring = new RingBuffer(_bpf.Map("events"), Dispatcher);
            _ring.Touch(_bpf.Program("touch_events"));
            _ticks = options.SamplePeriodNs > 0 ? null : new TickChoice(SchedulerTick.PeriodNs, SamplePeriodNs, () => TimerCost.SampleNs);
            _sampler = new PollSampler(target, Directory, _table, LibBpfProgramFd("on_sample"), SamplePeriodNs, _ticks, LookAtTicks);
            _chains = new ChainSampler(_table, Directory, LibBpfProgramFd("on_sample"), () => TimerCost.SampleNs);
            _statistics = new ProgramStatistics();
            _statistics.Add(_bpf);
            ApplyThreshold(options.ThresholdNs);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RuntimeIds Runtimes { get; } = new();

    public ThreadDirectory Directory { get; }

    public EventDispatcher Dispatcher { get; }

    public PollsInProgress InProgress { get; }

    /// <summary>The exact tracker's programs are loaded.</summary>
    public bool CanProbe { get; }

    /// <summary>Whether CPUs are sampled at present, not threads.</summary>
    public bool SamplesCpus => _sampler.OnCpus;

    /// <summary>Distance of two samples of a running thread.</summary>
    public long SamplePeriodNs { get; }

    public ProgramStatistics Statistics => _statistics;

    /// <summary>Attaches everything; tracking proper begins with <see cref="SetLayout"/>.</summary>
    /// <param name="samples">What begins at once takes samples; else they rest.</param>
    public void Start(bool samples)
    {
        _settings->Enabled = 1;
        foreach (var program in Tracepoints)
            _bpf.Attach(program);
        if (!_sampler.Start(MonotonicClock.NowNs))
        {
            throw _target.IsAlive()
                ? new HudException($"Cannot sample the threads of {_target.Name}: {Errno.Describe(_sampler.LastError)}", "run as root, or with CAP_PERFMON", ExitCode.PreconditionMissing)
                : new HudException($"{_target.Name} ({_target.Pid}) has exited", null, ExitCode.NoTarget);
        }
        if (!samples)
            _sampler.Rest();
    }

    /// <summary>One more module is to be followed; it has the next index. Nothing is known of it yet.</summary>
    public void AddModule()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_layouts.Count, Layouts.Count);
        _layouts.Add(null);
        _settings->Modules = (uint)_layouts.Count;
    }

    /// <summary>Begins or changes tracking of one module; polls that sleep since before are found at once.</summary>
    /// <param name="longChains">Its Tokio may poll any number of tasks in a row without counting, see <see cref="ChainSampler"/>.</param>
    /// <param name="insteadOfProbes">What probes took for a poll and still runs goes on where Tokio's memory is read from now on.</param>
    public void SetLayout(int index, TokioLayout layout, bool longChains, bool insteadOfProbes)
    {
        _layouts[index] = layout;
        // Every 256th turn looks like the one before it: by chance two looks in a row do, and hardly a handful.
        if (layout.MultiThread?.TickSize < SchedulerLayout.WholeTick || layout.CurrentThread?.TickSize < SchedulerLayout.WholeTick)
            _ticks?.RuleOut();
        // Nobody looks meanwhile.
        _settings->Tracking = 0;
        if (insteadOfProbes)
        {
            _settings->Exact = 0;
            _probed.Remove(index);
        }
        Thread.MemoryBarrier();
        var wire = LayoutEncoding.Encode(layout);
        (wire.Probed, wire.LongChains) = (_probed.Has(index) ? 1u : 0u, longChains ? 1u : 0u);
        _settings->Layouts[index] = wire;
        Thread.MemoryBarrier();
        _settings->Tracking = 1;
        ApplyProbed();
        _sampler.Resume();
        Walk();
    }

    /// <summary>Polls of the module begin and end at probes from now on.</summary>
    public PollProbes StartExact(PollFunctions functions, bool multi)
    {
        var probes = new PollProbes(_target, _modules, functions, _bpf, multi, _options.EffectiveScheduleDelays);
        // Names do not tell which module a root future is of.
        var roots = new SleepingRoots(_table, Directory, functions.Index, _layouts.Count == 1 ? _options.PlaceOfWait : null);
        _probed.Add(functions, probes, new UnderwayPolls(
            functions.Index, new PollOnStackFinder(_modules, functions, _target.Pid), roots, probes, Directory, _table, TakeSnapshot, Walk));
        _settings->Layouts[functions.Index].Probed = 1;
        ApplyProbed();
        _sampler.Resume();
        return probes;
    }

    /// <summary>Something else tells from now on what is a poll: what was taken for one and still runs is left out.</summary>
    public void TrustFromNow() => Dispatcher.TrustedSinceNs = MonotonicClock.NowNs;

    /// <summary>Nothing tells of the module's polls any more: what was taken for one and still runs is to be left out.</summary>
    public void StopExact(int index)
    {
        _probed.Remove(index);
        ApplyProbed();
        _settings->Layouts[index].Probed = 0;
    }

    /// <summary>
    /// From now on each wait of a named thread counts as a poll, unless it waits for events, in its parker or in the blocking pool. Without
    /// a prefix so does each of a thread that probes saw poll tasks, whatever its name: that of a current_thread runtime has Tokio's never.
    /// </summary>
    public void StartScheduler(string? workersPrefix)
    {
        void Name(int tid, int slot)
        {
            var hasPolled = workersPrefix is null && _table.TryRead(slot, out var thread) && thread.RuntimeKind != 0;
            _table.SetNamed(slot, hasPolled || WorkerNames.IsWorker(Directory.NameOf(tid), workersPrefix), certain: workersPrefix is not null);
        }
        Dispatcher.ThreadSeen = Name;
        foreach (var (tid, slot) in Directory.Slots)
            Name(tid, slot);
        _settings->Scheduler = Waits;
        _sampler.Rest();
        Walk();
    }

    public void StopScheduler()
    {
        _settings->Scheduler = 0;
        Dispatcher.ThreadSeen = null;
    }

    /// <summary>Asks for a stack of every thread: those asleep at once, running ones at their next sample.</summary>
    public void RequestSnapshot()
    {
        Dispatcher.DeliversSnapshots = true;
        TakeSnapshot();
    }

    public void ApplyThreshold(long thresholdNs)
    {
        Dispatcher.ThresholdNs = thresholdNs;
        _chains.ThresholdNs = thresholdNs;
        _ticks?.ThresholdNs = thresholdNs;
        _settings->MinPollNs = (ulong)(thresholdNs - thresholdNs / 4);
        _settings->MinSleepNs = (ulong)(thresholdNs / 8);
        _settings->StackAgeNs = (ulong)(thresholdNs / 2);
        _settings->StackGapNs = (ulong)Math.Max(SamplePeriodNs, thresholdNs / 4);
        _settings->SamplePeriodNs = (ulong)SamplePeriodNs;
        if (_settings->AtTicks == 0)
            _settings->LongestGapNs = (ulong)SamplePeriodNs;
        _settings->StackCap = 64 << 10;
    }

    public void Drain()
    {
        _ring.Drain();
        if (_settings->Scheduler != 0)
            _settings->Scheduler = Waits;
        var now = MonotonicClock.NowNs;
        _probed.Update(now);
        const long CheckEveryNs = 100_000_000;
        if (now - _samplersCheckedNs > CheckEveryNs)
        {
            _samplersCheckedNs = now;
            _sampler.Update(now, Counters);
            _chains.Update(now);
            _blockingPools?.Follow(Directory.Threads());
        }
        _blockingPools?.Look(now);
    }

    /// <summary>Of the runtimes whose blocking pool can be read.</summary>
    public IReadOnlyCollection<BlockingPoolTotals> ReadBlockingPools() => _blockingPools?.Totals ?? [];

    public void ResetBlockingPools() => _blockingPools?.Reset();

    public IReadOnlyList<PollEvent> ReadInProgress(long atLeastNs, bool withStacks) =>
        [.. InProgress.Read(MonotonicClock.NowNs, atLeastNs, withStacks ? _sink : null).Where(p => p.StartNs >= Dispatcher.TrustedSinceNs)];

    public TrackerCounters ReadCounters()
    {
        var counters = Counters();
        var (ns, runs) = _statistics.Total();
        return new TrackerCounters(
            counters[(int)WireCounter.LostPoll] + counters[(int)WireCounter.LostThread] + counters[(int)WireCounter.LostThreadEvent],
            counters[(int)WireCounter.LostStack] + counters[(int)WireCounter.LostStackSlot] + counters[(int)WireCounter.LostStackCopy],
            counters[(int)WireCounter.Samples],
            counters[(int)WireCounter.Switches],
            ns,
            runs,
            counters[(int)WireCounter.ProbeHits],
            ProbeCost.Trap.Of(counters[(int)WireCounter.ProbeHits], counters[(int)WireCounter.SteppedHits]));
    }

    /// <summary>Hits of the exact tracker's probes so far.</summary>
    public long ProbeHits => Counters()[(int)WireCounter.ProbeHits];

    /// <summary>Those hits, and what they and the BPF programs have cost the target, in nanoseconds.</summary>
    /// <param name="probesAlone">Of the programs those alone that probes run.</param>
    public (long Hits, long SpentNs) ReadProbeCost(bool probesAlone)
    {
        var counters = Counters();
        var hits = counters[(int)WireCounter.ProbeHits];
        var programsNs = !_statistics.IsAvailable ? hits * ProbeCost.ProgramNs
            : probesAlone ? _statistics.PerProgram().Where(p => ProbePrograms.Contains(p.Name)).Sum(p => p.Ns)
            : _statistics.Total().Ns;
        return (hits, programsNs + ProbeCost.Trap.Of(hits, counters[(int)WireCounter.SteppedHits]));
    }

    /// <summary>Each counter of bpf/events.h by its name there.</summary>
    public IReadOnlyDictionary<string, long> ReadCountersByName()
    {
        var counters = Counters();
        var named = new Dictionary<string, long>();
        foreach (var counter in Enum.GetValues<WireCounter>())
        {
            if (counter < WireCounter.Count)
                named[counter.ToString()] = counters[(int)counter];
        }
        named[nameof(Dispatcher.Disturbed)] = Dispatcher.Disturbed;
        return named;
    }

    public void Dispose()
    {
        _sampler?.Dispose();
        _chains?.Dispose();
        _ring?.Dispose();
        _table?.Dispose();
        _pools?.Dispose();
        _settingsMemory?.Dispose();
        _statistics?.Dispose();
        _memory?.Dispose();
        _bpf.Dispose();
    }

    private void Configure()
    {
        var cpus = Environment.ProcessorCount;
        var possible = (uint)Math.Max(cpus, Interop.LibBpf.PossibleCpus());
        var scratch = _bpf.Map("scratch");
        scratch.Entries = possible + 1;
        var stacks = _bpf.Map("stacks");
        stacks.Entries = StackSlots;
        var looks = _bpf.Map("looks");
        looks.Entries = possible;
        var knobs = _bpf.Section(".rodata").InitialValue<WireKnobs>();
        (knobs->TargetTgid, knobs->PidLevel) = PidNamespace.Find(_target);
        knobs->WalkScratch = possible;
        knobs->StealFromRunQueue = StealClock.FromRunQueue;
        SyscallArgumentTable.Fill(knobs->SyscallArguments);
    }

    private void SelectPrograms(bool? exactMulti)
    {
        if (exactMulti is null)
            Array.ForEach(ProbePrograms, _bpf.SkipProgram);
        else if (exactMulti == true)
            _bpf.ExpectMulti(ProbePrograms);
    }

    private void ApplyProbed()
    {
        _settings->Delays = _probed.SeeWakes ? 1u : 0u;
        _settings->Exact = _probed.Any ? 1u : 0u;
    }

    /// <summary>Looks at every thread from outside.</summary>
    private void Walk() => _bpf.RunIterator("on_walk");

    /// <summary>The program that ticks run stays in place once it is.</summary>
    private void LookAtTicks(bool on)
    {
        if (on && !_seesTicks)
            _bpf.Attach("on_tick");
        _seesTicks |= on;
        _settings->LongestGapNs = (ulong)(on ? SchedulerTick.PeriodNs : SamplePeriodNs);
        _settings->AtTicks = on ? 1u : 0u;
    }

    private void TakeSnapshot()
    {
        _settings->Snapshot++;
        Walk();
    }

    /// <summary><c>enum hud_waits</c> of bpf/events.h.</summary>
    private uint Waits => _unproven.CanTell ? 2u : 1u;

    /// <summary>By <see cref="WireCounter"/>.</summary>
    private long[] Counters()
    {
        var counters = new long[(int)WireCounter.Count];
        _counters.Sum(counters);
        return counters;
    }

    private int LibBpfProgramFd(string name) => Interop.LibBpf.ProgramFd(_bpf.Program(name));
}
