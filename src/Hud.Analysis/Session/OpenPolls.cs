using Hud.Analysis.Naming;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>
/// The polls that run now, by thread. The end of a poll under the threshold is never told, so a newer poll of the same
/// thread pushes old ones out; a few are kept because polls nest (a LocalSet inside a task).
/// </summary>
internal sealed class OpenPolls(StackTable table, IStackNamer namer, AnalysisOptions options)
{
    private readonly Dictionary<int, List<OpenPoll>> _byThread = [];
    private long _rawBytes;

    public OpenPoll? Find(PollKey key) => _byThread.GetValueOrDefault(key.Tid)?.Find(p => p.Key == key);

    public OpenPoll Get(PollKey key)
    {
        if (Find(key) is { } known) return known;
        if (!_byThread.TryGetValue(key.Tid, out var polls)) _byThread.Add(key.Tid, polls = []);
        var added = new OpenPoll(key, table, namer, options);
        polls.Add(added);
        if (polls.Count > options.MaxOpenPollsPerThread)
        {
            var oldest = polls.FindIndex(p => p.InProgress is null);
            RemoveAt(polls, oldest < 0 ? 0 : oldest);
        }
        return added;
    }

    public void Add(StackEvent stack)
    {
        var poll = Get(stack.Poll);
        var before = poll.RawBytes;
        poll.Add(stack);
        _rawBytes += poll.RawBytes - before;
        if (_rawBytes > options.MaxRawBytes) Shrink();
    }

    /// <summary>Takes the poll out; null when nothing of it was held.</summary>
    public OpenPoll? Take(PollKey key)
    {
        if (!_byThread.TryGetValue(key.Tid, out var polls)) return null;
        var at = polls.FindIndex(p => p.Key == key);
        if (at < 0) return null;
        var poll = polls[at];
        RemoveAt(polls, at);
        return poll;
    }

    public IEnumerable<OpenPoll> InProgress() => _byThread.Values.SelectMany(p => p).Where(p => p.InProgress is not null);

    /// <summary>The thread is gone; a poll that was in progress on it stays until the tracker takes it back.</summary>
    public void ThreadExited(int tid)
    {
        if (!_byThread.TryGetValue(tid, out var polls)) return;
        for (var i = polls.Count - 1; i >= 0; i--)
        {
            if (polls[i].InProgress is null) RemoveAt(polls, i);
        }
        if (polls.Count == 0) _byThread.Remove(tid);
    }

    public void Clear()
    {
        _byThread.Clear();
        _rawBytes = 0;
    }

    private void RemoveAt(List<OpenPoll> polls, int index)
    {
        _rawBytes -= polls[index].RawBytes;
        polls.RemoveAt(index);
    }

    /// <summary>Drops polls that a newer one of their thread has most likely ended; if that is not enough, names the rest early.</summary>
    private void Shrink()
    {
        foreach (var polls in _byThread.Values)
        {
            for (var i = polls.Count - 2; i >= 0; i--)
            {
                if (polls[i].InProgress is null) RemoveAt(polls, i);
            }
        }
        if (_rawBytes <= options.MaxRawBytes / 2) return;
        foreach (var poll in _byThread.Values.SelectMany(p => p)) poll.NameAll();
        _rawBytes = 0;
    }
}
