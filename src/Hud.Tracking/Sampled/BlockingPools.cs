using Hud.Target;
using Hud.Tracking.Events;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Sampled;

/// <summary>
/// Looks at the counters of every runtime's blocking pool. Only runtimes with a live worker are read, and what contradicts
/// the first look is left out: the memory of a dropped runtime may hold anything.
/// </summary>
/// <param name="layouts">By module; null where one is not known.</param>
internal sealed class BlockingPools(ProcessMemory memory, IReadOnlyList<TokioLayout?> layouts, RuntimeIds runtimes)
{
    /// <summary>No pool has that many threads or closures: what was read is none.</summary>
    private const ulong Absurd = 1 << 24;

    private readonly Dictionary<int, BlockingPoolTotals> _totals = [];
    private readonly Dictionary<int, long> _saturatedSinceNs = [];
    private readonly Dictionary<int, int> _caps = [];
    private readonly Dictionary<ulong, (uint Kind, int Module, HashSet<uint> Workers)> _live = [];

    public IReadOnlyCollection<BlockingPoolTotals> Totals => _totals.Values;

    /// <summary>Forgets what was counted.</summary>
    public void Reset()
    {
        _totals.Clear();
        _saturatedSinceNs.Clear();
    }

    /// <summary>Which runtimes there are, by the threads that drive their workers.</summary>
    public void Follow(IEnumerable<WireThread> threads)
    {
        _live.Clear();
        foreach (var thread in threads)
        {
            if (thread.Runtime == 0 || thread.RuntimeKind == 0 || thread.Module == 0 || thread.Module > layouts.Count)
                continue;
            if (!_live.TryGetValue(thread.Runtime, out var runtime))
                _live.Add(thread.Runtime, runtime = (thread.RuntimeKind, (int)thread.Module - 1, []));
            // block_in_place leaves threads behind that had been the same worker.
            runtime.Workers.Add(thread.WorkerIndex);
        }
    }

    public void Look(long nowNs)
    {
        foreach (var (handle, (kind, module, workers)) in _live)
        {
            var isMulti = kind == LayoutEncoding.MultiThread;
            if ((isMulti ? layouts[module]?.MultiThread : layouts[module]?.CurrentThread)?.BlockingPool is { } place)
                Look(runtimes.Of(handle), handle, place, isMulti ? workers.Count : 0, nowNs);
        }
    }

    private void Look(int runtime, ulong handle, BlockingPoolPlace place, int workers, long nowNs)
    {
        if (!memory.TryReadWord(handle + (ulong)place.Spawner, out var inner) || !Read(place.Threads, out var threads) ||
            !Read(place.IdleThreads, out var idle) || !Read(place.Queued, out var queued) || !Read(place.ThreadCap, out var cap) || cap < threads ||
            cap <= workers || cap != (_caps.TryGetValue(runtime, out var known) ? known : cap))
        {
            return;
        }
        _caps[runtime] = cap;
        var limit = cap - workers;
        var present = Math.Max(threads - workers, 0);
        // The two counters are not read at one moment.
        var busy = Math.Max(present - idle, 0);
        var before = _totals.GetValueOrDefault(runtime);
        var saturatedNs = before?.SaturatedNs ?? 0;
        if (busy >= limit && queued > 0)
        {
            if (_saturatedSinceNs.TryGetValue(runtime, out var since)) saturatedNs += nowNs - since;
            _saturatedSinceNs[runtime] = nowNs;
        }
        else
        {
            _saturatedSinceNs.Remove(runtime);
        }
        _totals[runtime] = new BlockingPoolTotals(
            runtime, limit, present, busy, queued, Math.Max(busy, before?.MaxBusy ?? 0), Math.Max(queued, before?.MaxQueued ?? 0), saturatedNs);

        bool Read(int offset, out int value)
        {
            var isCount = memory.TryReadWord(inner + (ulong)offset, out var word) && word < Absurd;
            value = isCount ? (int)word : 0;
            return isCount;
        }
    }
}
