namespace Hud.Tracking.Calibration;

/// <summary>Where a thread keeps the id of its running task, from the thread pointer.</summary>
/// <param name="Tag">Of a word beside it without which the id does not count; null where there is none.</param>
internal readonly record struct TaskIdPlace(long Value, long? Tag);

/// <summary>The TLS word that holds the id of the task being polled, and at calls still another one.</summary>
internal static class TaskIdSolver
{
    private const int EnoughIds = 4;
    private const int EnoughHits = 6;

    /// <summary>
    /// Of a word that is the same at all calls of a thread: null, or the id of the blocking pool's task that the worker itself
    /// is. Counters that happen to equal an id change between calls.
    /// </summary>
    private const int EnoughIdsBesideOne = 2;

    /// <summary>Where the scheduler keeps running the same few tasks, more sightings make up for it: few words change between calls and polls at all.</summary>
    private const int EnoughHitsOfFew = 32;

    /// <summary>A word that matches this much less often than the best matches by chance.</summary>
    private const int ChanceRatio = 4;

    /// <param name="calls">Of the scheduler.</param>
    /// <param name="inTask">Moments at which the thread was not parked.</param>
    public static Proof<TaskIdPlace> Solve(IReadOnlyList<Snapshot> calls, IReadOnlyList<Snapshot> inTask)
    {
        var polling = inTask.Where(m => m.TaskId != 0).ToList();
        if (polling.Count < EnoughHits)
            return Proof<TaskIdPlace>.Not("task ids: no worker was seen inside a task often enough yet");
        var words = Math.Min(calls.Min(c => c.Tls.Length), polling.Min(m => m.Tls.Length)) / 8;
        var ranked = Enumerable.Range(0, words)
            .SelectMany(word => new[] { new Candidate(word, false), new Candidate(word, true) })
            .Where(c => !c.IsTagged || c.HasTag(calls, polling))
            .Select(c => (Candidate: c, Ids: polling.Where(m => c.Read(m) == m.TaskId).Select(m => m.TaskId).ToList()))
            .Where(c => c.Ids.Count > 0 && !calls.Any(call => call.TaskId != 0 && c.Candidate.Read(call) == call.TaskId))
            .Select(c => (c.Candidate, Hits: c.Ids.Count, Ids: c.Ids.Distinct().Count()))
            .OrderByDescending(c => c.Ids)
            .ThenByDescending(c => c.Hits)
            .ThenByDescending(c => c.Candidate.IsTagged)
            .ToList();
        if (ranked.Count == 0)
            return Proof<TaskIdPlace>.Not("task ids: no thread-local word holds the id of the running task");
        var best = ranked[0];
        var isSteady = calls.GroupBy(c => c.Tid, best.Candidate.Read).All(t => t.Distinct().Count() == 1);
        var enoughIds = isSteady ? EnoughIdsBesideOne : EnoughIds;
        if ((best.Ids < enoughIds || best.Hits < EnoughHits) && best.Hits < EnoughHitsOfFew)
            return Proof<TaskIdPlace>.Not($"task ids: only {best.Ids} different tasks were seen running");
        if (ranked.Exists(c => IsRival(c, best)))
            return Proof<TaskIdPlace>.Not("task ids: more than one thread-local word holds the id of the running task");
        var value = calls[0].TlsPlace(best.Candidate.Word);
        return new TaskIdPlace(value, best.Candidate.IsTagged ? value - 8 : null);
    }

    /// <summary>A flag that is 1 during polls equals the id of the first task, and no other; the best's own tag does so where no other task runs.</summary>
    private static bool IsRival((Candidate Candidate, int Hits, int Ids) other, (Candidate Candidate, int Hits, int Ids) best) =>
        other.Candidate.Word != best.Candidate.Word &&
        !(best.Candidate.IsTagged && other.Candidate.Word == best.Candidate.Word - 1) &&
        other.Hits * ChanceRatio > best.Hits && other.Ids * 2 > best.Ids;

    /// <summary>Up to Tokio 1.39 the id is an Option with a tag in the word before it, and stays when the tag goes.</summary>
    private readonly record struct Candidate(int Word, bool IsTagged)
    {
        public ulong Read(Snapshot snapshot) => IsTagged && snapshot.TlsWord(Word - 1) == 0 ? 0 : snapshot.TlsWord(Word);

        /// <summary>The word before it is 0 or 1, and was both.</summary>
        public bool HasTag(IReadOnlyList<Snapshot> calls, IReadOnlyList<Snapshot> polling)
        {
            if (Word == 0)
                return false;
            var (zeroes, ones) = (0, 0);
            foreach (var snapshot in calls.Concat(polling))
            {
                var tag = snapshot.TlsWord(Word - 1);
                if (tag > 1)
                    return false;
                _ = tag == 0 ? zeroes++ : ones++;
            }
            return zeroes > 0 && ones > 0;
        }
    }
}
