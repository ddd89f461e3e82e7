namespace Hud.Tracking.Calibration;

/// <summary>The newest snapshots of one kind of scheduler, up to a limit for calls and for moments.</summary>
internal sealed class SnapshotQueue
{
    private const int KeptCalls = 256;
    private const int KeptMoments = 512;

    private readonly Queue<Snapshot> _calls = [];
    private readonly Queue<Snapshot> _moments = [];
    private readonly Dictionary<int, ulong> _callsByThread = [];

    public int Calls { get; private set; }

    public int Moments { get; private set; }

    /// <summary>Tasks run on all threads, those without a snapshot included.</summary>
    public ulong AllCalls => _callsByThread.Values.Aggregate(0UL, (sum, calls) => sum + calls);

    /// <summary>Calls first, each kind in its order.</summary>
    public List<Snapshot> ToList() => [.. _calls, .. _moments];

    public void Add(Snapshot snapshot)
    {
        var (queue, limit) = snapshot.IsCall ? (_calls, KeptCalls) : (_moments, KeptMoments);
        _callsByThread[snapshot.Tid] = snapshot.Calls;
        if (snapshot.IsCall)
            Calls++;
        else
            Moments++;
        queue.Enqueue(snapshot);
        if (queue.Count > limit)
            queue.Dequeue();
    }

    public void Clear()
    {
        _calls.Clear();
        _moments.Clear();
    }
}
