using Hud.Target;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Where the Core of a current_thread scheduler tells that the thread waits: <c>driver: Option&lt;Driver&gt;</c> is taken for
/// as long. The compiler keeps the None in some bytes of the driver that are no valid value of it otherwise.
/// </summary>
internal static class ParkerSolver
{
    private const int EnoughCalls = 6;
    private const int EnoughWaits = 3;

    /// <summary>Widest first: a None in the low bytes of a word is one in the word where the rest of it stays.</summary>
    private static readonly int[] Sizes = [8, 4, 2, 1];

    /// <param name="calls">At all of these the driver is in its place.</param>
    /// <param name="moments">While the Core is in the context.</param>
    public static (ParkerNiche? Niche, string? Missing) Solve(IReadOnlyList<Snapshot> calls, IReadOnlyList<Snapshot> moments)
    {
        var waits = moments.Where(m => m.WaitsForEvents).ToList();
        var mayWait = moments.Where(m => m.MayPark).ToList();
        if (calls.Count < EnoughCalls || mayWait.Count < EnoughWaits)
            return (null, "the runtime has not waited often enough yet");
        var found = new List<ParkerNiche>();
        for (var word = 0; word + 8 <= calls[0].CoreBytes.Length; word += 8)
        {
            if (InWord(word, calls, waits, mayWait) is { } niche)
                found.Add(niche);
        }
        return found.Count switch
        {
            1 => (found[0], null),
            0 => (null, "no word of the Core tells whether the runtime waits"),
            _ => (null, $"{found.Count} words of the Core tell whether the runtime waits"),
        };
    }

    private static ParkerNiche? InWord(int word, IReadOnlyList<Snapshot> calls, List<Snapshot> waits, List<Snapshot> mayWait)
    {
        foreach (var size in Sizes)
        {
            for (var offset = word; offset < word + 8; offset += size)
            {
                if (Find(offset, size, calls, waits, mayWait) is { } none)
                    return new ParkerNiche(offset, size, none);
            }
        }
        return null;
    }

    /// <summary>The one value that is there whenever the thread waits for events, and never while it runs tasks.</summary>
    private static ulong? Find(int offset, int size, IReadOnlyList<Snapshot> calls, List<Snapshot> waits, List<Snapshot> mayWait)
    {
        // Most words end here, cheaply.
        if (waits.Count > 0 && (calls[0].CoreCut(offset, size) == waits[0].CoreCut(offset, size) || waits.Exists(m => m.CoreCut(offset, size) != waits[0].CoreCut(offset, size))))
            return null;
        var present = new Dictionary<ulong, ulong>();
        foreach (var call in calls)
        {
            var value = call.CoreCut(offset, size);
            if (present.TryGetValue(call.Core, out var first) && first != value)
                return null;
            present[call.Core] = value;
        }
        // A wait on a futex may be a lock in a task.
        var others = mayWait.Where(m => !present.TryGetValue(m.Core, out var value) || m.CoreCut(offset, size) != value).ToList();
        if (others.Count < EnoughWaits || others.Count < waits.Count)
            return null;
        var none = others[0].CoreCut(offset, size);
        return others.TrueForAll(m => m.CoreCut(offset, size) == none) && !present.ContainsValue(none) && waits.TrueForAll(m => m.CoreCut(offset, size) == none)
            ? none
            : null;
    }
}
