using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Exact;

/// <summary>
/// The exact tracker's probes: on every task's poll function, on what wakes of tasks end in, and, as soon as each is seen,
/// on the addresses that poll functions return to.
/// </summary>
internal sealed unsafe class PollProbes : IDisposable
{
    /// <summary><c>enum hud_probe_cookie</c>.</summary>
    private const int CookieRegisterShift = 16;
    private const int CookieSlotShift = 22;
    private const int CookieStackShift = 32;
    private const int CookieModuleShift = 56;
    private const ulong CookieStepped = 0x100000;

    private readonly TargetProcess _target;
    private readonly ProcessModules _modules;
    private readonly BpfObject _bpf;
    private readonly BpfMap _returnSites;
    private readonly BpfMap _futures;
    private readonly LoadedModule _module;
    private readonly IReadOnlyList<CodeSite> _sites;
    private readonly PollFunctions _functions;
    private readonly Queue<ulong> _toProbe = [];
    private readonly Dictionary<ulong, Uprobes> _returns = [];
    private readonly bool _multi;
    private readonly Uprobes _entries;
    private readonly Uprobes? _wakes;

    public PollProbes(TargetProcess target, ProcessModules modules, PollFunctions functions, BpfObject bpf, bool multi, ScheduleDelays delays)
    {
        _target = target;
        _modules = modules;
        _bpf = bpf;
        _functions = functions;
        _module = functions.Module;
        _sites = functions.Sites.RawPoll;
        _multi = multi;
        _returnSites = bpf.Map("return_sites");
        _futures = bpf.Map("futures");
        // Before the wakes' probes, so that no wake waits long for the poll that takes it out.
        _entries = Attach("on_poll_entry", _module, [.. _sites.Select(s => EntryOf(s.Address))]);
        var wakes = functions.Sites.Schedule.Select(s => EntryOf(s.Address)).ToArray();
        if (wakes.Length > 0 && (delays == ScheduleDelays.On || (delays == ScheduleDelays.WhereCheap && Array.TrueForAll(wakes, w => w.IsEmulated))))
            _wakes = Attach("on_schedule", _module, wakes);
    }

    /// <summary>Wakes are seen, so that schedule delays are measured.</summary>
    public bool SeesWakes => _wakes is not null;

    public int ReturnSites => _returns.Count;

    /// <summary>CLOCK_MONOTONIC of the last <see cref="Update"/> that probed anything; 0 before the first.</summary>
    public long LearntNs { get; private set; }

    /// <summary>A poll function was entered from a place that has no probe yet.</summary>
    public void OnCaller(ulong returnAddress) => _toProbe.Enqueue(returnAddress);

    /// <summary>Probes the new return addresses; not to be called while records are being read. True when there were any.</summary>
    public bool Update()
    {
        var any = _toProbe.Count > 0;
        while (_toProbe.TryDequeue(out var address))
        {
            if (!_modules.TryFind(address, out var module))
                continue;
            var image = module.ToImageAddress(address);
            var kind = ReturnSiteReader.Of(module, image);
            if (kind == ReturnSite.Blocking)
            {
                _returnSites.Write(address, (uint)kind);
                continue;
            }
            var spot = ProbeSpot.Find(module.Image, image, argument: false);
            if (spot.StackBytes > 0)
                spot = new ProbeSpot(image, ProbeSpot.FirstArgument, IsEmulated: false);
            var at = module.ToRuntimeAddress(spot.Address);
            if (!_returns.ContainsKey(at))
                _returns.Add(at, Attach("on_poll_return", module, [spot]));
            _returnSites.Write(address, (uint)kind);
        }
        if (any)
            LearntNs = MonotonicClock.NowNs;
        return any;
    }

    /// <summary>Forgets all polls so far.</summary>
    public void ResetFutures()
    {
        for (var i = 0; i < _sites.Count && _functions.First + i < _futures.Entries; i++)
            _futures.Write((uint)(_functions.First + i), default(WireFuture));
    }

    public IReadOnlyList<FutureStatistics> Futures()
    {
        var list = new List<FutureStatistics>();
        for (var i = 0; i < _sites.Count && _functions.First + i < _futures.Entries; i++)
        {
            WireFuture future = default;
            if (!_futures.TryRead((uint)(_functions.First + i), ref future) || future.Polls.Count == 0)
                continue;
            list.Add(new FutureStatistics(_functions.First + i, _sites[i].FutureType, _module.ToRuntimeAddress(_sites[i].Address), Convert(future.Polls), SeesWakes ? Convert(future.Delays) : null));
        }
        return list;
    }

    public void Dispose()
    {
        Uprobes.DisposeInBackground([.. _wakes is null ? [] : new[] { _wakes }, _entries, .. _returns.Values]);
    }

    private ProbeSpot EntryOf(ulong address) => ProbeSpot.Find(_module.Image, address, argument: true);

    private Uprobes Attach(string name, LoadedModule module, IReadOnlyList<ProbeSpot> spots)
    {
        var offsets = spots.Select(s => module.Image.TryGetFileOffset(s.Address, out var offset) ? offset : 0).ToArray();
        var program = LibBpf.ProgramFd(_bpf.Program(name));
        return Uprobes.Attach(_multi, program, module.OpenPath, offsets, [.. spots.Select((s, i) => Cookie(s, _functions.First + i))], _target.Pid);
    }

    private ulong Cookie(ProbeSpot spot, int number) =>
        (ushort)number | (ulong)(uint)spot.Argument << CookieRegisterShift | (spot.IsEmulated ? 0 : CookieStepped) |
        (ulong)(spot.ArgumentOffset / 8) << CookieSlotShift | (ulong)spot.StackBytes << CookieStackShift | (ulong)_functions.Index << CookieModuleShift;

    private static TimeStatistics Convert(in WireTimes times)
    {
        ReadOnlySpan<ulong> histogram = times.Histogram;
        return new TimeStatistics((long)times.Count, (long)times.TotalNs, (long)times.LongestNs, Array.ConvertAll(histogram.ToArray(), n => (long)n));
    }
}
