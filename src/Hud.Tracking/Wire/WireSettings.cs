using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hud.Tracking.Wire;

/// <summary><c>struct hud_scheduler</c> of bpf/events.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WireScheduler
{
    public long SchedulerTls;
    public long TaskIdTls;
    public ulong TagValue;
    public ulong ParkedValue;
    public int ToContext;
    public int ContextCore;
    public int CoreTick;
    public int CorePark;
    public int TagOffset;
    public int ContextOwner;
    public int OwnerIndex;
    public int OwnerHandle;
    public byte Valid;
    public byte TagSize;
    public byte ParkedSize;
    public byte HasTaskId;
    public byte HasOwner;
    public byte HasIndex;
    public byte HasHandle;
    public byte Kind;
    public long TaskTagTls;
    public ulong HasTaskTag;
    public int CoreLifo;
    public int CoreQueue;
    public int QueueHead;
    public int QueueTail;
    public byte HasLifo;
    public byte HasQueue;
    public byte IndexSize;
    public byte Padding;
    public uint TickMask;
}

[InlineArray(2)]
internal struct TwoSchedulers
{
    private WireScheduler _first;
}

/// <summary><c>struct hud_layout</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireLayout
{
    public TwoSchedulers Schedulers;
    public long VectorOffset;
    public ulong ModuleEntry;
    public uint Probed;
    public uint LongChains;
}

[InlineArray(Count)]
internal struct Layouts
{
    /// <summary>HUD_MODULES of bpf/events.h.</summary>
    public const int Count = 8;

    private WireLayout _first;
}

/// <summary><c>struct hud_settings</c>; mapped, so that a store takes effect at once.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireSettings
{
    public Layouts Layouts;
    public ulong MinPollNs;
    public ulong MinSleepNs;
    public ulong StackAgeNs;
    public ulong StackGapNs;
    public ulong SamplePeriodNs;
    public ulong LongestGapNs;
    public uint Enabled;
    public uint Tracking;
    public uint StackCap;
    public uint Snapshot;
    public uint Exact;
    public uint Delays;
    public uint Scheduler;
    public uint Modules;
    public uint AtTicks;
    public uint Padding;
}

[InlineArray(WirePool.Slots)]
internal struct PoolSlots
{
    private uint _first;
}

/// <summary><c>struct hud_pool</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WirePool
{
    public const int Slots = 4096;

    public ulong Head;
    public PoolSlots Below;
}

/// <summary><c>struct hud_pools</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WirePools
{
    public WirePool Threads;
    public WirePool Stacks;
}

[InlineArray(512)]
internal struct SyscallArguments
{
    private byte _first;
}

/// <summary><c>struct hud_knobs</c>; constant once the programs are loaded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireKnobs
{
    public uint TargetTgid;
    public uint PidLevel;
    public uint WalkScratch;
    public int StealFromRunQueue;
    public SyscallArguments SyscallArguments;
}

[InlineArray(24)]
internal struct Buckets
{
    private ulong _first;
}

/// <summary><c>struct hud_times</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireTimes
{
    public ulong Count;
    public ulong TotalNs;
    public ulong LongestNs;
    public Buckets Histogram;
}

/// <summary><c>struct hud_future</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireFuture
{
    public WireTimes Polls;
    public WireTimes Delays;
}
