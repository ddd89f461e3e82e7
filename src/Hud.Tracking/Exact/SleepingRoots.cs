using Hud.Tracking.Events;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;
using Hud.Tracking.Scheduler;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Exact;

/// <summary>
/// Root futures of <c>block_on</c> that were asleep before the probes were put in. They have no poll function, so names have to
/// tell, and since nothing tells where such a poll ends, the one sleep counts that lasts from one look to the next.
/// </summary>
/// <param name="module">Index of the module that they are of.</param>
/// <param name="placeOf">Tells from the names on a stack what the thread is doing; null: nobody can.</param>
internal sealed class SleepingRoots(ThreadTable table, ThreadDirectory threads, int module, Func<StackEvent, WaitPlace>? placeOf)
{
    private readonly Dictionary<int, WaitPlace> _places = [];

    /// <summary>By thread: since when it sleeps.</summary>
    private readonly Dictionary<int, ulong> _first = [];
    private readonly HashSet<int> _again = [];

    public bool HasCandidates => _first.Count > 0;

    /// <summary>The thread runs a task, so that it is a worker.</summary>
    public void NoteTask(int tid) => _places[tid] = WaitPlace.Worker;

    /// <param name="stack">Of a thread that is in no task's poll.</param>
    /// <param name="isSecond">It was looked at before.</param>
    public void Look(StackEvent stack, bool isSecond)
    {
        if (placeOf is null || !threads.Slots.TryGetValue(stack.Tid, out var slot) || !table.TryRead(slot, out var thread))
            return;
        if (isSecond)
        {
            if (thread.State == WireRunState.Asleep && _first.TryGetValue(stack.Tid, out var since) && since == thread.SinceNs)
                _again.Add(stack.Tid);
            return;
        }
        var place = _places[stack.Tid] = placeOf(stack);
        if (thread.State == WireRunState.Asleep && place is WaitPlace.Poll or WaitPlace.Root)
            _first[stack.Tid] = thread.SinceNs;
    }

    /// <summary>Both looks are over: threads that slept in a root future are marked.</summary>
    /// <returns>False when there are none.</returns>
    public bool Mark()
    {
        var any = false;
        foreach (var tid in _again)
        {
            if (_places[tid] == WaitPlace.Root && !IsAlone(tid))
                continue;
            table.SetAsleepInPoll(threads.Slots[tid], LayoutEncoding.CurrentThread, module);
            any = true;
        }
        _places.Clear();
        _first.Clear();
        _again.Clear();
        return any;
    }

    /// <summary>Where there are workers, such a root future may be one of a multi_thread runtime, which holds none of them up.</summary>
    private bool IsAlone(int tid) =>
        _places.All(p => p.Key == tid || p.Value == WaitPlace.Unknown)
        && threads.Slots.Keys.All(t => t == tid || !WorkerNames.IsWorker(threads.NameOf(t), prefix: null));
}
