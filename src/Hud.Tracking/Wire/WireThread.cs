using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hud.Tracking.Wire;

internal enum WireRunState : uint
{
    Unknown = 0,
    OnCpu = 1,
    Asleep = 2,
    RunQueue = 3,
}

/// <summary><c>struct hud_parker</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireParker : IEquatable<WireParker>
{
    public ulong Futex;
    public ulong Sp;

    public readonly bool Equals(WireParker other) => (Futex, Sp) == (other.Futex, other.Sp);

    public override readonly bool Equals(object? obj) => obj is WireParker other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Futex, Sp);
}

[InlineArray(4)]
internal struct Parkers
{
    private WireParker _first;
}

/// <summary><c>struct hud_thread</c> of bpf/events.h, in memory that the kernel writes while user space reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireThread
{
    /// <summary>HUD_NO_SITE of bpf/events.h.</summary>
    public const uint NoSite = uint.MaxValue;

    /// <summary>HUD_ONE_SLEEP of bpf/events.h.</summary>
    public const ulong OneSleep = ulong.MaxValue;

    public uint Tid;
    public uint Version;
    public WireRunState State;
    public uint RuntimeKind;
    public ulong SinceNs;
    public ulong WokenNs;
    public ulong ObservedNs;
    public ulong FirstNs;
    public ulong RunDelay;
    public ulong ExecNs;
    public ulong SleptNs;
    public ulong OnCpuNs;
    public ulong BlockedNs;
    public ulong RunQueueNs;
    public ulong IdleNs;
    public ulong Sequence;
    public ulong PollStartNs;
    public ulong PollSeenNs;
    public ulong PollAsleepNs;
    public ulong PollRunQueueNs;
    public ulong PollGapNs;
    public ulong PollTaskId;
    public ulong PollTaskHeader;
    public ulong PollCore;
    public uint PollTick;
    public uint PollCut;
    public ulong UnsentAsleepNs;
    public ulong UnsentRunQueueNs;
    public ulong NextStackNs;
    public ulong Runtime;
    public uint WorkerIndex;
    public uint StackSlot;
    public uint StackValid;
    public uint Samples;
    public uint Snapshot;
    public uint Parked;
    public ulong TickPreviousId;
    public ulong ChainedNs;
    public uint Burst;
    public uint PollSite;
    public ulong PollSp;
    public uint WaitsForEvents;
    public uint Named;
    public uint ParkKind;
    public uint Seeded;
    public uint PollWaiting;
    public uint UnderwayKind;
    public ulong UnderwaySp;
    public uint UnderwaySite;
    public WireDoubts PollDoubts;
    public ulong StealMarkNs;
    public ulong GapStolenNs;
    public ulong StolenNs;
    public ulong PollStolenNs;
    public ulong IdleSequence;
    public ulong PoolSequence;
    public Parkers Parkers;
    public uint AwaitsWork;
    public uint HandedOver;
    public uint Held;
    public uint RoleRound;
    public uint HeirOf;
    public uint HeirRound;
    public ulong HeirPoll;
    public ulong RestSp;
    public ulong WorkerRestSp;
    public ulong LeftPoll;
    public uint PollStartedChild;
    public uint SeenTick;
    public ulong SeenCore;
    public ulong TurnNs;
    public ulong PollFirstNs;
    public ulong PollLeadNs;
    public uint WantsLook;
    public uint Module;
    public uint UnderwayModule;
    public uint PollBlind;

    /// <summary>A count that is sent plus one, so that 0 can stand for unknown.</summary>
    public static int? Waiting(uint sent) => sent == 0 ? null : (int)sent - 1;
}
