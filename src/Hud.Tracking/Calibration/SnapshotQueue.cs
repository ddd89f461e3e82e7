namespace Hud.Tracking.Calibration;

/// <summary>The newest snapshots of one kind of scheduler, up to a limit for calls and for moments.</summary>
internal sealed class SnapshotQueue
{
    private const int KeptCalls = 256;
    private const int KeptMoments = 512;

    private readonly Queue<Snapshot> _calls = [];
    private readonly Queue<Snapshot> _moments = [];
    private readonly Queue<Snapshot> _withTaskId = [];
    private bool _wantsTaskIds;

    public int Calls { get; private set; }

    /// <summary>Those that were not kept included.</summary>
    public int Moments { get; private set; }

    /// <summary>Calls first, each kind in its order.</summary>
    public List<Snapshot> ToList() => [.. _calls, .. _moments, .. _withTaskId];

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
            return;
        }
        Moments++;
        if (!_wantsTaskIds)
            Enqueue(_moments, snapshot, KeptMoments);
        else if (snapshot.HoldsTaskId)
            Enqueue(_withTaskId, snapshot, KeptMoments);
    }

    public void Clear()
    {
        _calls.Clear();
        _moments.Clear();
        _withTaskId.Clear();
        _wantsTaskIds = false;
    }

    private static void Enqueue(Queue<Snapshot> queue, Snapshot snapshot, int limit)
    {
        queue.Enqueue(snapshot);
        if (queue.Count > limit)
            queue.Dequeue();
    }
}
