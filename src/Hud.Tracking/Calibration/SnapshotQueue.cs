namespace Hud.Tracking.Calibration;

/// <summary>
/// The newest snapshots of one kind of scheduler, up to a limit for calls, for waits and for other moments: there are few
/// waits among the samples of a busy program, and each tells much.
/// </summary>
internal sealed class SnapshotQueue
{
    private const int KeptCalls = 256;
    private const int KeptWaits = 128;
    private const int KeptMoments = 512;

    /// <summary>Threads whose last call is kept beside those, so that a worker that polls all the time does not stand for all.</summary>
    private const int KeptThreads = 16;

    private readonly Queue<Snapshot> _calls = [];
    private readonly List<Snapshot> _lastOfThreads = [];
    private readonly Queue<Snapshot> _waits = [];
    private readonly Queue<Snapshot> _moments = [];
    private readonly Queue<Snapshot> _withTaskId = [];
    private bool _wantsTaskIds;

    public int Calls { get; private set; }

    /// <summary>Those that were not kept included.</summary>
    public int Moments { get; private set; }

    /// <summary>Calls first, each kind in its order.</summary>
    public List<Snapshot> ToList()
    {
        var tids = _calls.Select(c => c.Tid).ToHashSet();
        return [.. _lastOfThreads.Where(c => !tids.Contains(c.Tid)), .. _calls, .. _waits, .. _moments, .. _withTaskId];
    }

    /// <summary>
    /// Only the place of task ids is still open: of the moments to come those are kept that may tell, few among many, beside
    /// those that are kept already.
    /// </summary>
    public void WantTaskIds() => _wantsTaskIds = true;

    public void Add(Snapshot snapshot)
    {
        if (snapshot.IsCall)
        {
            Calls++;
            Enqueue(_calls, snapshot, KeptCalls);
            KeepLast(snapshot);
            return;
        }
        Moments++;
        if (_wantsTaskIds)
        {
            if (snapshot.HoldsTaskId)
                Enqueue(_withTaskId, snapshot, KeptMoments);
        }
        else if (snapshot.MayPark)
        {
            Enqueue(_waits, snapshot, KeptWaits);
        }
        else
        {
            Enqueue(_moments, snapshot, KeptMoments);
        }
    }

    public void Clear()
    {
        _calls.Clear();
        _lastOfThreads.Clear();
        _waits.Clear();
        _moments.Clear();
        _withTaskId.Clear();
        _wantsTaskIds = false;
    }

    private void KeepLast(Snapshot call)
    {
        _lastOfThreads.RemoveAll(c => c.Tid == call.Tid);
        _lastOfThreads.Add(call);
        if (_lastOfThreads.Count > KeptThreads)
            _lastOfThreads.RemoveAt(0);
    }

    private static void Enqueue(Queue<Snapshot> queue, Snapshot snapshot, int limit)
    {
        queue.Enqueue(snapshot);
        if (queue.Count > limit)
            queue.Dequeue();
    }
}
