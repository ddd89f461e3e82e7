using Hud.Tracking.Events;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Scheduler;

/// <summary>
/// Waits that the system call alone does not tell for a poll's: their stacks do. What they show is told to the kernel part, so
/// that it copies no stack for each time that a worker parks or a thread of the blocking pool waits for work.
/// </summary>
/// <param name="read">Null: no stack can be read.</param>
internal sealed class UnprovenWaits(ThreadTable table, ThreadDirectory threads, Func<StackEvent, WaitPlace>? read)
{
    /// <summary>Reading a stack takes a fraction of a millisecond.</summary>
    private const long LeastGapNs = 10_000_000;

    /// <summary>So many stacks of a program that has symbols tell something.</summary>
    private const int Attempts = 32;

    private const int KeptSites = 4096;

    /// <summary>A worker waits on the same word, and its stack ends in the same place, each time that it parks.</summary>
    private readonly record struct Site(int Tid, ulong Futex, ulong Sp);

    private readonly Dictionary<Site, WaitPlace> _places = [];
    private int _read;
    private bool _hasTold;
    private long _nextNs;

    /// <summary>False: there are no stacks to be read, or they say nothing.</summary>
    public bool CanTell => read is not null && (_hasTold || _read < Attempts);

    /// <summary>A wait has ended; its stack has its length.</summary>
    /// <param name="roleInDoubt">What looks like a poll may be a section of block_in_place.</param>
    public void OnEnded(StackEvent stack, bool roleInDoubt)
    {
        var place = PlaceOf(stack);
        if (!threads.Slots.TryGetValue(stack.Tid, out var slot))
            return;
        var parker = IsFutex(stack) ? new WireParker { Futex = stack.SyscallArgs[0], Sp = stack.Registers[7] } : default;
        switch (place)
        {
            case WaitPlace.Poll when !roleInDoubt:
                table.SetWorker(slot);
                threads.AddProven(stack.Tid, stack.DurationNs);
                break;
            case WaitPlace.Worker when parker.Futex != 0:
                table.SetWorker(slot);
                table.AddParker(slot, parker);
                break;
            case WaitPlace.BlockingPool when parker.Futex == 0:
                table.SetInPool(slot, stack.Poll.Sequence);
                break;
            case WaitPlace.BlockingPool when HasTimeout(stack):
                table.AddParker(slot, parker);
                break;
        }
    }

    /// <summary><see cref="WaitPlace.Unknown"/> too while another stack has just been read.</summary>
    public WaitPlace PlaceOf(StackEvent stack)
    {
        if (!CanTell)
            return WaitPlace.Unknown;
        var site = IsFutex(stack) ? new Site(stack.Tid, stack.SyscallArgs[0], stack.Registers[7]) : default;
        if (site != default && _places.TryGetValue(site, out var known))
            return known;
        var now = MonotonicClock.NowNs;
        if (now < _nextNs)
            return WaitPlace.Unknown;
        _nextNs = now + LeastGapNs;
        var place = read!(stack);
        _hasTold |= place != WaitPlace.Unknown;
        _read++;
        if (site == default)
            return place;
        if (_places.Count >= KeptSites)
            _places.Clear();
        return _places[site] = place;
    }

    private static bool IsFutex(StackEvent stack) =>
        stack.SyscallArgs.Length > 0 && stack.IsInFutex;

    /// <summary>As only threads of the blocking pool, of those that wait between polls, have one.</summary>
    private static bool HasTimeout(StackEvent stack) => stack.SyscallArgs[3] != 0;
}
