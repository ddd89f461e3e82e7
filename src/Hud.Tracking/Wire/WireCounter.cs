namespace Hud.Tracking.Wire;

/// <summary><c>enum hud_counter</c> of bpf/events.h.</summary>
internal enum WireCounter
{
    LostPoll,
    LostStack,
    LostThread,
    LostStackSlot,
    LostStackCopy,
    LostThreadEvent,
    MissedSwitch,
    Unreadable,
    Samples,
    Switches,
    Chained,
    ProbeHits,
    SteppedHits,
    Computed,
    LongGaps,
    Count,
}
