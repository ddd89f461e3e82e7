namespace Hud.Tracking.Scheduler;

/// <summary>
/// What threads did since they may have handed their worker to another: a poll if they turn out to be workers still, else what
/// block_in_place lets them do.
/// </summary>
internal sealed class HeldEvents
{
    /// <summary>A thread that waits so often without ever parking is left with the newest.</summary>
    private const int KeptPerThread = 32;

    private readonly Dictionary<int, Queue<Action>> _deliveries = [];

    public void Add(int tid, Action deliver)
    {
        if (!_deliveries.TryGetValue(tid, out var held))
            _deliveries.Add(tid, held = new Queue<Action>());
        held.Enqueue(deliver);
        if (held.Count > KeptPerThread)
            held.Dequeue();
    }

    /// <summary>Forgets what is held of the thread, delivered or not.</summary>
    public void Settle(int tid, bool deliver)
    {
        if (!_deliveries.Remove(tid, out var held) || !deliver)
            return;
        foreach (var delivery in held)
            delivery();
    }
}
