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

    private readonly FairQueue _calls = new(KeptCalls);
    private readonly FairQueue _waits = new(KeptWaits);
    private readonly FairQueue _moments = new(KeptMoments);
    private readonly FairQueue _withTaskId = new(KeptMoments);
    private bool _wantsTaskIds;

    public int Calls { get; private set; }

    /// <summary>Those that were not kept included.</summary>
    public int Moments { get; private set; }

    /// <summary>Calls first, those of a thread in their order.</summary>
    public List<Snapshot> ToList() => [.. _calls.All, .. _waits.All, .. _moments.All, .. _withTaskId.All];

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
            _calls.Add(snapshot);
            return;
        }
        Moments++;
        if (_wantsTaskIds)
        {
            if (snapshot.HoldsTaskId)
                _withTaskId.Add(snapshot);
        }
        else
        {
            (snapshot.WaitsForEvents || snapshot.WaitsOnFutex ? _waits : _moments).Add(snapshot);
        }
    }

    public void Clear()
    {
        _calls.Clear();
        _waits.Clear();
        _moments.Clear();
        _withTaskId.Clear();
        _wantsTaskIds = false;
    }

    /// <summary>Gives up the oldest of the thread that has most: a worker that polls all the time leaves room for those that seldom do.</summary>
    private sealed class FairQueue(int limit)
    {
        private readonly Dictionary<int, Queue<Snapshot>> _ofThreads = [];
        private int _count;

        public IEnumerable<Snapshot> All => _ofThreads.Values.SelectMany(q => q);

        public void Add(Snapshot snapshot)
        {
            if (!_ofThreads.TryGetValue(snapshot.Tid, out var own))
                _ofThreads[snapshot.Tid] = own = [];
            own.Enqueue(snapshot);
            if (++_count <= limit)
                return;
            var (tid, longest) = _ofThreads.MaxBy(t => t.Value.Count);
            longest.Dequeue();
            _count--;
            if (longest.Count == 0)
                _ofThreads.Remove(tid);
        }

        public void Clear()
        {
            _ofThreads.Clear();
            _count = 0;
        }
    }
}
