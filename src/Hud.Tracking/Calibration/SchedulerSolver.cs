namespace Hud.Tracking.Calibration;

/// <summary>Where a thread keeps the pointer to its scheduler context.</summary>
/// <param name="Tls">From the thread pointer.</param>
/// <param name="ToContext">From what is found there to the worker's context.</param>
/// <param name="Tag">The constant word at the scheduler pointer when the context lies behind one; null otherwise.</param>
internal readonly record struct SchedulerPlace(long Tls, int ToContext, ulong? Tag)
{
    /// <summary>The thread is still in the loop whose context the snapshot speaks of.</summary>
    public bool Holds(Snapshot snapshot)
    {
        var word = (int)((Tls - snapshot.TlsStart) / 8);
        return word >= 0 && word < snapshot.Tls.Length / 8 && snapshot.TlsWord(word) == snapshot.Context - (ulong)ToContext;
    }
}

/// <summary>One TLS word points at the context, or shortly before it, at every call; the context lies on the stack, so few words do.</summary>
internal static class SchedulerSolver
{
    private const int EnoughCalls = 4;
    private const int EnoughCallsOfOneWorker = 6;
    private const int LargestTag = 16;

    public static Proof<SchedulerPlace> Solve(IReadOnlyList<Snapshot> calls)
    {
        var words = calls.Min(c => c.Tls.Length) / 8;
        if (words == 0)
            return Proof<SchedulerPlace>.Not("the program's thread-local storage cannot be read");
        var candidates = new List<(int Word, int Distance)>();
        for (var word = 0; word < words; word++)
        {
            if (Distance(calls[0], word) is { } distance && calls.All(c => Distance(c, word) == distance))
                candidates.Add((word, distance));
        }
        if (candidates.Count == 0)
            return Proof<SchedulerPlace>.Not("no thread-local word points at the worker's context");
        var contexts = calls.Select(c => c.Context).Distinct().Count();
        if (calls.Count < (contexts > 1 ? EnoughCalls : EnoughCallsOfOneWorker))
            return Proof<SchedulerPlace>.Not("too few tasks have run yet");
        if (candidates.Count > 1)
            return Proof<SchedulerPlace>.Not($"{candidates.Count} thread-local words point at the worker's context");

        var (found, toContext) = candidates[0];
        return new SchedulerPlace(calls[0].TlsPlace(found), toContext, TagAt(calls, toContext));
    }

    private static int? Distance(Snapshot call, int word)
    {
        var distance = call.Context - call.TlsWord(word);
        return distance <= Snapshot.ContextBefore && distance % 8 == 0 ? (int)distance : null;
    }

    private static ulong? TagAt(IReadOnlyList<Snapshot> calls, int toContext)
    {
        if (toContext == 0)
            return null;
        var tag = calls[0].ContextWord(-toContext);
        return tag < LargestTag && calls.All(c => c.ContextWord(-toContext) == tag) ? tag : null;
    }
}
