using Hud.Tracking.Events;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Exact;

/// <summary>
/// Polls that were running before the probes were put in, such as those of a program that hangs: no probe tells of them before
/// they end. All threads' stacks are looked at, then, once the places where the polls return to are probed, looked at again:
/// what is in the same poll still is taken for running.
/// </summary>
/// <param name="module">Index of the module that is probed.</param>
/// <param name="roots">Looked for beside them.</param>
/// <param name="requestSnapshot">Asks for a stack of every thread.</param>
/// <param name="walk">Has the kernel look at the threads that sleep.</param>
internal sealed class UnderwayPolls(
    int module, PollOnStackFinder finder, SleepingRoots roots, PollProbes probes, ThreadDirectory threads, ThreadTable table, Action requestSnapshot, Action walk)
{
    /// <summary>Threads that run show their stack at a sample of theirs.</summary>
    private const long LookNs = 50_000_000;

    /// <summary>
    /// A sample may have met a thread where its stack cannot be followed, so those that ran and have met no probe since are
    /// looked at again, this often at most.
    /// </summary>
    private const int Rounds = 5;
    private const long BetweenRoundsNs = 500_000_000;

    private readonly Dictionary<int, PollOnStack> _first = [];

    /// <summary>Polls that each thread had opened before the probes: while it is as many, no probe has told of the thread.</summary>
    private readonly Dictionary<int, ulong> _openedBefore = [];
    private readonly HashSet<int> _ran = [];
    private Stage _stage;
    private long _stageBeganNs;
    private int _rounds;
    private bool _found;

    private enum Stage
    {
        Begin,
        First,
        Second,
        Done,
    }

    public void OnSnapshot(StackEvent stack)
    {
        // Another module's look may have asked for it, before the places where polls return to were probed.
        if (_stage is not (Stage.First or Stage.Second) || stack.TimestampNs < _stageBeganNs)
            return;
        if (finder.Find(stack) is not { } poll)
        {
            roots.Look(stack, isSecond: _stage == Stage.Second);
            return;
        }
        roots.NoteTask(stack.Tid);
        if (_stage == Stage.First)
        {
            _first[stack.Tid] = poll;
        }
        else if (_first.TryGetValue(stack.Tid, out var first) && first == poll && threads.Slots.TryGetValue(stack.Tid, out var slot))
        {
            table.SetUnderway(slot, poll.StackPointer, poll.Site, (uint)poll.Kind, module);
            _found = true;
        }
    }

    /// <summary>To be called after records were read, and before <see cref="PollProbes.Update"/>.</summary>
    public void Update(long nowNs)
    {
        if (_stage == Stage.Done || nowNs - _stageBeganNs < (_stage == Stage.Begin ? BetweenRoundsNs : LookNs))
            return;
        if (_stage == Stage.Begin && _rounds == 0)
            NoteOpened();
        if (_stage == Stage.Second)
            _found |= roots.Mark();
        if (_found)
            walk();
        _found = false;
        NoteRunning();
        if (_stage == Stage.First)
        {
            foreach (var poll in _first.Values)
                probes.OnCaller(poll.ReturnAddress);
        }
        var isOver = _stage == Stage.Second || (_stage == Stage.First && _first.Count == 0 && !roots.HasCandidates);
        _stage = !isOver ? _stage + 1 : ++_rounds < Rounds && _ran.Any(IsUntold) ? Stage.Begin : Stage.Done;
        _stageBeganNs = nowNs;
        if (_stage is Stage.First or Stage.Second)
            requestSnapshot();
    }

    private void NoteOpened()
    {
        foreach (var (tid, slot) in threads.Slots)
        {
            if (table.TryRead(slot, out var thread))
                _openedBefore[tid] = thread.Sequence;
        }
    }

    private void NoteRunning()
    {
        foreach (var (tid, slot) in threads.Slots)
        {
            if (table.TryRead(slot, out var thread) && thread.State != WireRunState.Asleep)
                _ran.Add(tid);
        }
    }

    private bool IsUntold(int tid) =>
        _openedBefore.TryGetValue(tid, out var opened) && threads.Slots.TryGetValue(tid, out var slot)
        && table.TryRead(slot, out var thread) && thread.PollStartNs == 0 && thread.Sequence == opened;
}
