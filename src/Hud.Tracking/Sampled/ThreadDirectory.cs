using Hud.Tracking.Events;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Sampled;

/// <summary>The target's threads: names, table slots, and what exited workers had added up.</summary>
internal sealed class ThreadDirectory(int pid, ThreadTable table, SlotPools pools, RuntimeIds runtimes)
{
    private const int KeptExited = 1024;
    private const uint DriverPark = 2;

    private readonly Dictionary<int, string> _names = [];
    private readonly SortedDictionary<int, int> _slots = [];
    private readonly List<WorkerTotals> _exited = [];

    /// <summary>Unproven waits that were polls, which the kernel part counts as idle time.</summary>
    private readonly Dictionary<int, long> _provenNs = [];

    /// <summary>Threads that were seen for the first time so far.</summary>
    public long Started { get; private set; }

    /// <summary>Thread ids and their table slots.</summary>
    public IReadOnlyDictionary<int, int> Slots => _slots;

    public string NameOf(int tid) => _names.TryGetValue(tid, out var name) ? name : _names[tid] = ReadName(tid);

    public void OnNew(int tid, int slot)
    {
        Started++;
        _names[tid] = ReadName(tid);
        _slots[tid] = slot;
    }

    /// <summary>Keeps the totals of a worker and gives its slot back to the kernel part.</summary>
    public void OnExit(int tid, int slot)
    {
        if (table.TryRead(slot, out var thread) && thread.Tid == tid && thread.RuntimeKind != 0 && _exited.Count < KeptExited)
            _exited.Add(Totals(thread, nowNs: 0));
        _slots.Remove(tid);
        _names.Remove(tid);
        _provenNs.Remove(tid);
        pools.GiveBackThread(slot);
    }

    /// <summary>An unproven wait of the thread was a poll's.</summary>
    public void AddProven(int tid, long ns) => _provenNs[tid] = _provenNs.GetValueOrDefault(tid) + ns;

    /// <summary>Workers first asked their names from /proc at <see cref="OnNew"/>; names change, so ask again now and then.</summary>
    public void RefreshNames()
    {
        foreach (var tid in _slots.Keys)
            _names[tid] = ReadName(tid);
    }

    /// <summary>State of all threads that live.</summary>
    public IEnumerable<WireThread> Threads()
    {
        foreach (var (tid, slot) in _slots)
        {
            if (table.TryRead(slot, out var thread) && thread.Tid == tid)
                yield return thread;
        }
    }

    public IReadOnlyList<WorkerTotals> Workers(long nowNs) => [.. _exited, .. Threads().Select(t => Totals(t, nowNs))];

    /// <param name="nowNs">0 for a thread that is gone.</param>
    private WorkerTotals Totals(in WireThread thread, long nowNs)
    {
        var running = nowNs > (long)thread.SinceNs ? nowNs - (long)thread.SinceNs : 0;
        var inPoll = thread.PollStartNs != 0 && thread.PollDoubts == WireDoubts.None;
        var proven = Math.Min(_provenNs.GetValueOrDefault((int)thread.Tid), (long)thread.IdleNs);
        long onCpu = 0, blocked = 0, runQueue = 0, idle = 0;
        switch (thread.State)
        {
            case WireRunState.OnCpu:
                onCpu = running;
                break;
            case WireRunState.RunQueue:
                runQueue = running;
                break;
            case WireRunState.Asleep:
                var asleep = thread.WokenNs > thread.SinceNs ? (long)(thread.WokenNs - thread.SinceNs) : running;
                runQueue = running > asleep ? running - asleep : 0;
                (blocked, idle) = inPoll ? (running - runQueue, 0) : (0L, running - runQueue);
                break;
            case WireRunState.Unknown:
            default:
                break;
        }
        return new WorkerTotals(
            (int)thread.Tid,
            NameOf((int)thread.Tid),
            (int)thread.WorkerIndex - 1,
            runtimes.Of(thread.Runtime),
            thread.RuntimeKind != 0,
            (long)thread.OnCpuNs + onCpu,
            (long)thread.BlockedNs + blocked + proven,
            (long)thread.RunQueueNs + runQueue,
            (long)thread.IdleNs + idle - proven,
            inPoll,
            thread.ParkKind == DriverPark)
        {
            RuntimeKind = KindOf(thread),
            Module = (int)thread.Module - 1,
            StolenNs = (long)thread.StolenNs,
        };
    }

    /// <summary>Where nothing tells: workers of multi_thread are never the main thread, which is what current_thread runs on as a rule.</summary>
    private string KindOf(in WireThread thread) =>
        thread.RuntimeKind == LayoutEncoding.CurrentThread || (thread.RuntimeKind == LayoutEncoding.UnknownKind && thread.Tid == pid) ? "current_thread" : "multi_thread";

    private string ReadName(int tid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/task/{tid}/comm").TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _names.GetValueOrDefault(tid, "");
        }
    }
}
