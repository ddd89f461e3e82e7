using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Exact;

/// <summary>
/// The exact tracker's probes: on every task's poll function, and, as soon as each is seen, on the addresses that those
/// functions return to.
/// </summary>
internal sealed unsafe class PollProbes : IDisposable
{
    private const uint Probed = 1;
    private const uint Blocking = 2;

    private readonly TargetProcess _target;
    private readonly ProcessModules _modules;
    private readonly BpfObject _bpf;
    private readonly BpfMap _returnSites;
    private readonly BpfMap _futures;
    private readonly IReadOnlyList<CodeSite> _sites;
    private readonly Queue<ulong> _toProbe = [];
    private readonly List<Uprobes> _returns = [];
    private readonly Uprobes _entries;

    public PollProbes(TargetProcess target, ProcessModules modules, LoadedModule module, IReadOnlyList<CodeSite> sites, BpfObject bpf, bool multi)
    {
        _target = target;
        _modules = modules;
        _bpf = bpf;
        _sites = sites;
        _returnSites = bpf.Map("return_sites");
        _futures = bpf.Map("futures");
        var offsets = sites.Select(s => s.FileOffset).ToArray();
        var cookies = Enumerable.Range(0, offsets.Length).Select(i => (ulong)i).ToArray();
        var program = LibBpf.ProgramFd(bpf.Program("on_poll_entry"));
        _entries = multi
            ? Uprobes.TryAttachMulti(program, module.OpenPath, offsets, cookies, target.Pid, atReturn: false, out var error)
                ?? throw new HudException($"Cannot put probes into {module.Path}: {Errno.Describe(error)}", null, ExitCode.Failed)
            : Uprobes.AttachEach(program, module.OpenPath, offsets, target.Pid, atReturn: false);
    }

    public int ReturnSites => _returns.Count;

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
            if (IsBlockingPool(module, image))
            {
                _returnSites.Write(address, Blocking);
                continue;
            }
            if (!module.Image.TryGetFileOffset(image, out var offset))
                continue;
            _returns.Add(Uprobes.AttachEach(LibBpf.ProgramFd(_bpf.Program("on_poll_return")), module.OpenPath, [offset], _target.Pid, atReturn: false));
            _returnSites.Write(address, Probed);
        }
        return any;
    }

    public IReadOnlyList<FutureStatistics> Futures()
    {
        var list = new List<FutureStatistics>();
        for (var i = 0; i < _sites.Count && i < _futures.Entries; i++)
        {
            WireFuture future = default;
            if (!_futures.TryRead((uint)i, ref future) || future.Polls == 0)
                continue;
            ReadOnlySpan<ulong> histogram = future.Histogram;
            list.Add(new FutureStatistics(_sites[i].FutureType, _sites[i].Address, (long)future.Polls, (long)future.TotalNs, (long)future.LongestNs, Array.ConvertAll(histogram.ToArray(), n => (long)n)));
        }
        return list;
    }

    public void Dispose()
    {
        _entries.DisposeInBackground();
        foreach (var probes in _returns)
            probes.DisposeInBackground();
    }

    /// <summary>Both manglings write the path of tokio::runtime::blocking::pool as lengths and names.</summary>
    private static bool IsBlockingPool(LoadedModule module, ulong imageAddress)
    {
        foreach (var symbol in module.SymbolImage.Symbols)
        {
            if (symbol.IsFunction && symbol.IsDefined && imageAddress - symbol.Value < symbol.Size)
                return symbol.Name.Span.IndexOf("7runtime8blocking4pool"u8) >= 0;
        }
        return false;
    }
}
