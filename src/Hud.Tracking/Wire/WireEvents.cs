using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hud.Tracking.Wire;

internal enum WireEventType : uint
{
    Poll = 1,
    Stack = 2,
    ThreadNew = 3,
    ThreadExit = 4,
    Exec = 5,
    Call = 6,
    Moment = 7,
    Caller = 8,
    Sighting = 9,
    Role = 10,
}

/// <summary><c>enum hud_doubt</c>.</summary>
[Flags]
internal enum WireDoubts : uint
{
    None = 0,
    Place = 1,
    Role = 2,
}

internal enum WireDetailKind : ushort
{
    None = 0,
    Path = 1,
    Components = 2,
    Socket = 3,
    Successor = 4,
}

/// <summary><c>struct hud_header</c> of bpf/events.h; every record starts with it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireHeader
{
    public uint Type;
    public uint Tid;
    public ulong TimeNs;
}

/// <summary><c>struct hud_poll</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WirePoll
{
    public WireHeader Header;
    public ulong Sequence;
    public ulong TaskId;
    public ulong TaskHeader;
    public ulong StartNs;
    public ulong EndNs;
    public ulong AsleepNs;
    public ulong RunQueueNs;
    public ulong UncertaintyNs;
    public ulong Runtime;
    public uint WorkerIndex;
    public uint Cut;
    public ulong StallStartNs;
    public ulong StallEndNs;
    public uint IdleWorkers;
    public uint Waiting;
    public uint Site;
    public WireDoubts Doubts;
    public ulong StolenNs;
    public uint StartedChild;
    public uint Padding;
}

[InlineArray(6)]
internal struct SixWords
{
    private ulong _first;
}

[InlineArray(17)]
internal struct SeventeenWords
{
    private ulong _first;
}

[InlineArray(32)]
internal struct KernelFrames
{
    private ulong _first;
}

[InlineArray(256)]
internal struct DetailBytes
{
    private byte _first;
}

/// <summary><c>struct hud_stack</c>; <see cref="UserBytes"/> bytes of user stack follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireStack
{
    public WireHeader Header;
    public ulong Sequence;
    public ulong DurationNs;
    public ulong WakerTaskId;
    public uint PollTid;
    public uint Kind;
    public int Syscall;
    public uint UserBytes;
    public uint KernelBytes;
    public ushort DetailKind;
    public ushort DetailLength;
    public uint FileMode;
    public uint Version;
    public WireDoubts Doubts;
    public uint Interrupted;
    public SixWords Args;
    public SeventeenWords Registers;
    public KernelFrames Kernel;
    public DetailBytes Detail;
}

/// <summary><c>struct hud_role</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireRole
{
    public WireHeader Header;
    public uint Worker;
    public uint Padding;
}

/// <summary><c>struct hud_peer</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WirePeer
{
    public ushort Family;
    public ushort Port;
    public fixed byte Address[16];
}

/// <summary><c>struct hud_pid_search</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WirePidSearch
{
    public uint Id;
}

/// <summary><c>struct hud_pid_found</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WirePidFound
{
    public uint Tgid;
    public uint Level;
}

/// <summary><c>struct hud_successor</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WireSuccessor
{
    public uint Tgid;
    public fixed byte Name[16];
}

/// <summary><c>struct hud_thread_event</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireThreadEvent
{
    public WireHeader Header;
    public uint Slot;
    public uint Padding;
}
