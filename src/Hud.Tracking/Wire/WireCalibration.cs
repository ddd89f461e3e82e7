using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hud.Tracking.Wire;

[InlineArray(192)]
internal struct ContextBytes
{
    private byte _first;
}

[InlineArray(1024)]
internal struct CoreBytes
{
    private byte _first;
}

[InlineArray(256)]
internal struct OwnerBytes
{
    private byte _first;
}

/// <summary><c>struct hud_call</c> of bpf/events.h; <see cref="TlsBytes"/> bytes of thread-local storage follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireCall
{
    public WireHeader Header;
    public ulong Calls;
    public ulong Waits;
    public ulong Context;
    public ulong Task;
    public ulong Core;
    public ulong TaskId;
    public int Syscall;
    public uint TlsBytes;
    public uint Kind;
    public uint Round;
    public ContextBytes ContextBytes;
    public CoreBytes CoreBytes;
    public OwnerBytes OwnerBytes;
}

/// <summary><c>struct hud_caller</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireCaller
{
    public WireHeader Header;
    public ulong ReturnAddress;
    public ulong Task;
}

[InlineArray(4096)]
internal struct SightingStack
{
    private byte _first;
}

/// <summary><c>struct hud_sighting</c>; <see cref="TlsBytes"/> bytes of thread-local storage follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireSighting
{
    public WireHeader Header;
    public ulong Site;
    public ulong ReturnAddress;
    public ulong Task;
    public ulong Scheduler;
    public ulong StackPointer;
    public ulong ThreadPointer;
    public uint TlsBytes;
    public uint StackBytes;
    public SightingStack Stack;
}

/// <summary><c>struct hud_watch</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireWatch
{
    public long SchedulerTls;
    public ulong TagValue;
    public int ContextOwner;
    public int ContextCore;
    public uint HasTag;
    public uint Active;
    public uint Resting;
    public uint Round;
    public uint MultiDone;
    public uint Padding;
    public ulong Hits;
    public ulong Samples;
    public ulong CallGapNs;
    public ulong GapNs;
}

/// <summary><c>struct hud_calibration_knobs</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireCalibrationKnobs
{
    public uint TargetTgid;
    public uint PidLevel;
    public uint TlsBytes;
    public uint Padding;
    public long TlsOffset;
    public long VectorOffset;
    public ulong ModuleEntry;
}
