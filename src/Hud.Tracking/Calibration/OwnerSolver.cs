namespace Hud.Tracking.Calibration;

/// <summary>Where the context points to its Worker, and the index and the runtime's handle in that.</summary>
internal readonly record struct OwnerPlace(int Context, int? Index, int? Handle);

/// <summary>
/// <c>Arc&lt;Worker&gt;</c>: two counters, then handle, index and core in the compiler's order. The index differs between
/// workers; core is null while the worker holds it, so the one pointer left is the handle. With one worker of index 0 the
/// index and core are both null and cannot be told apart: then the index stays unknown.
/// </summary>
internal static class OwnerSolver
{
    private const int FirstWord = 2;
    private const int LastWord = 4;
    private const ulong MostWorkers = 4096;

    public static OwnerPlace? Solve(IReadOnlyList<Snapshot> calls)
    {
        var found = new List<OwnerPlace>();
        var owners = calls[0].Owners.Length / Snapshot.OwnerBytes;
        for (var owner = 0; owner < owners; owner++)
        {
            if (!calls.All(c => c.ContextWord(owner * 8) >= Snapshot.LowestPointer))
                continue;
            for (var word = FirstWord; word <= LastWord; word++)
            {
                if (IsIndex(calls, owner, word))
                    found.Add(new OwnerPlace(owner * 8, word * 8, Handle(calls, owner, word)));
            }
        }
        return found.Count == 0 ? OfOneWorker(calls, owners) : Only(found, calls);
    }

    private static OwnerPlace? OfOneWorker(IReadOnlyList<Snapshot> calls, int owners)
    {
        var found = new List<OwnerPlace>();
        for (var owner = 0; owner < owners; owner++)
        {
            var worker = calls[0].ContextWord(owner * 8);
            if (worker < Snapshot.LowestPointer || !calls.All(c => c.ContextWord(owner * 8) == worker))
                continue;
            var words = Enumerable.Range(FirstWord, LastWord - FirstWord + 1).Where(w => calls.Any(c => c.OwnerWord(owner, w) != 0)).ToList();
            if (!calls.All(c => words.TrueForAll(w => c.OwnerWord(owner, w) == calls[0].OwnerWord(owner, w))))
                continue;
            var handles = words.FindAll(w => calls[0].OwnerWord(owner, w) >= Snapshot.LowestPointer);
            var indexes = words.FindAll(w => calls[0].OwnerWord(owner, w) < MostWorkers);
            // The third is null.
            if (handles.Count == 1 && indexes.Count < 2 && words.Count == 1 + indexes.Count)
                found.Add(new OwnerPlace(owner * 8, indexes.Count == 1 ? indexes[0] * 8 : null, handles[0] * 8));
        }
        return Only(found, calls);
    }

    /// <summary>Null where the places found lead to different things. Behind the context the stack may hold a copy of the pointer.</summary>
    private static OwnerPlace? Only(List<OwnerPlace> found, IReadOnlyList<Snapshot> calls) =>
        found.Count > 0 && found.TrueForAll(f => calls.All(c => c.ContextWord(f.Context) == c.ContextWord(found[0].Context))) && found.DistinctBy(f => (f.Index, f.Handle)).Count() == 1
            ? found[0]
            : null;

    private static bool IsIndex(IReadOnlyList<Snapshot> calls, int owner, int word)
    {
        var indexOf = new Dictionary<ulong, ulong>();
        foreach (var call in calls)
        {
            var worker = call.ContextWord(owner * 8);
            var index = call.OwnerWord(owner, word);
            if (index >= MostWorkers || (indexOf.TryGetValue(worker, out var first) && first != index))
                return false;
            indexOf[worker] = index;
        }
        return indexOf.Count > 1 && indexOf.Values.Distinct().Count() > 1;
    }

    private static int? Handle(IReadOnlyList<Snapshot> calls, int owner, int index)
    {
        int? handle = null;
        for (var word = FirstWord; word <= LastWord; word++)
        {
            if (word == index || !calls.All(c => c.OwnerWord(owner, word) >= Snapshot.LowestPointer))
                continue;
            if (handle is not null)
                return null;
            handle = word * 8;
        }
        return handle;
    }
}
