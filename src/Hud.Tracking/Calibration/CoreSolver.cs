namespace Hud.Tracking.Calibration;

/// <summary>Where the context keeps its Core, and Core its tick and its parker.</summary>
internal static class CoreSolver
{
    private const int EnoughSteps = 4, EnoughStepsOfByte = 16;
    private const int EnoughHits = 3;

    /// <summary>Trips around the worker's loop for one that ran a task; the others looked for work or parked.</summary>
    private const ulong MostTicksPerCall = 64;

    /// <summary>Those beyond one for each call, where the count in a byte leaves more in doubt.</summary>
    private const byte MostIdleTicks = 64;

    /// <summary>
    /// The Core of multi_thread is smaller, but where a build has Tokio keep poll time histograms: only then is what lies
    /// behind these bytes looked at.
    /// </summary>
    private const int UsualCoreBytes = 256;

    /// <summary>A u32 or byte of Core that goes up by at least one and by few for every call.</summary>
    /// <param name="size">Of the count, in bytes: 4 or 1.</param>
    public static Proof<int> Tick(IReadOnlyList<Snapshot> calls, int size)
    {
        var steps = Steps(calls).ToList();
        if (steps.Count < (size == 1 ? EnoughStepsOfByte : EnoughSteps))
            return Proof<int>.Not("too few tasks have run yet");
        var found = new List<int>();
        for (var offset = 0; offset + size <= calls[0].CoreBytes.Length; offset += size)
        {
            if (steps.TrueForAll(s => size == 1 ? CountsInByte(s, offset) : Counts(s.Before.CoreHalf(offset), s.After.CoreHalf(offset), s.After.Calls - s.Before.Calls)))
                found.Add(offset);
        }
        // Several counters that move with every call tell polls apart equally well.
        return found.Count > 0 ? found[0] : Proof<int>.Not("no word of the worker's Core counts its tasks");
    }

    /// <summary>A word of the context that is null at calls and holds Core while a task runs or the worker parks.</summary>
    public static Proof<int> InContext(IReadOnlyList<Snapshot> calls, IReadOnlyList<Snapshot> moments)
    {
        var found = new List<int>();
        for (var offset = 0; offset + 8 <= calls[0].ContextBytes.Length - Snapshot.ContextBefore; offset += 8)
        {
            var hits = moments.Count(m => m.ContextWord(offset) == m.Core);
            // A thread that lost its Core in block_in_place and took up another shows the other's until its next call.
            var strangers = moments.Count(m => m.Round != 0 && m.ContextWord(offset) != m.Core && m.ContextWord(offset) != 0);
            if (hits >= EnoughHits && strangers <= hits / 16 && calls.All(c => c.ContextWord(offset) == 0))
                found.Add(offset);
        }
        return found.Count switch
        {
            1 => found[0],
            0 => Proof<int>.Not("no worker was seen inside a task or parked yet"),
            _ => Proof<int>.Not($"{found.Count} words of the worker's context hold its Core"),
        };
    }

    /// <summary>A pointer of Core that never changes at calls and is null while the worker waits for events or for its wake-up.</summary>
    public static Proof<int> Park(IReadOnlyList<Snapshot> calls, IReadOnlyList<Snapshot> moments, int contextCore)
    {
        var inPlace = moments.Where(m => m.ContextWord(contextCore) == m.Core).ToList();
        var waiting = inPlace.Where(m => m.WaitsForEvents).ToList();
        var mayPark = inPlace.Where(m => m.MayPark).ToList();
        if (mayPark.Count < EnoughHits)
            return Proof<int>.Not("no worker has parked yet");
        bool IsParker(int offset) =>
            mayPark.Count(m => m.CoreWord(offset) == 0) >= EnoughHits && waiting.TrueForAll(m => m.CoreWord(offset) == 0) && IsConstantPointer(calls, offset);
        var found = Words(0, UsualCoreBytes).Where(IsParker).ToList();
        if (found.Count == 0)
            found = Words(UsualCoreBytes, calls[0].CoreBytes.Length).Where(IsParker).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => Proof<int>.Not("no word of the worker's Core tells whether it is parked"),
            _ => Proof<int>.Not($"{found.Count} words of the worker's Core tell whether it is parked"),
        };
    }

    private static IEnumerable<int> Words(int from, int to)
    {
        for (var offset = from; offset + 8 <= to; offset += 8)
            yield return offset;
    }

    private static bool IsConstantPointer(IReadOnlyList<Snapshot> calls, int offset)
    {
        // A runtime that is dropped leaves its addresses to the next one, which has threads of its own.
        var values = new Dictionary<(int Tid, ulong Core), ulong>();
        foreach (var call in calls)
        {
            var value = call.CoreWord(offset);
            if (value < Snapshot.LowestPointer || (values.TryGetValue((call.Tid, call.Core), out var first) && first != value))
                return false;
            values[(call.Tid, call.Core)] = value;
        }
        return true;
    }

    private static IEnumerable<(Snapshot Before, Snapshot After)> Steps(IReadOnlyList<Snapshot> calls)
    {
        var last = new Dictionary<(int Tid, ulong Core, int Round), Snapshot>();
        foreach (var call in calls)
        {
            if (last.TryGetValue((call.Tid, call.Core, call.Round), out var before) && call.Calls > before.Calls)
                yield return (before, call);
            last[(call.Tid, call.Core, call.Round)] = call;
        }
    }

    private static bool Counts(uint before, uint after, ulong calls)
    {
        var step = unchecked(after - before);
        return step >= calls && step <= (calls + 1) * MostTicksPerCall;
    }

    private static bool CountsInByte((Snapshot Before, Snapshot After) step, int offset)
    {
        var ticks = step.After.CoreBytes[offset] - step.Before.CoreBytes[offset];
        return unchecked((byte)(ticks - (int)(step.After.Calls - step.Before.Calls))) <= MostIdleTicks;
    }
}
