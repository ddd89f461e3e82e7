using System.Runtime.InteropServices;

namespace Hud.Tracking.Interop;

/// <summary>System calls that neither .NET nor libbpf wraps. A negative result is an error; errno through <see cref="LastError"/>.</summary>
internal static unsafe partial class Libc
{
    public const int EINTR = 4;
    public const int ESRCH = 3;
    public const int ENODEV = 19;
    public const int EINVAL = 22;

    private const string Library = "libc";
    private const long SysPerfEventOpen = 298;
    private const long SysBpf = 321;

    /// <summary>Reads errno of the last failed call on this thread. Valid directly after the call only.</summary>
    public static int LastError => Marshal.GetLastSystemError();

    [LibraryImport(Library, EntryPoint = "syscall")]
    private static partial long Syscall(long number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(int fd);

    /// <summary>A thread's niceness, -20 to 19; 0 as <paramref name="id"/> is the caller's own.</summary>
    [LibraryImport(Library, EntryPoint = "setpriority")]
    public static partial int SetPriority(int which, int id, int nice);

    [LibraryImport(Library, EntryPoint = "read")]
    public static partial nint Read(int fd, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "ioctl")]
    public static partial int Ioctl(int fd, nuint request, nint argument);

    [LibraryImport(Library, EntryPoint = "mmap")]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport(Library, EntryPoint = "munmap")]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport(Library, EntryPoint = "vsnprintf")]
    public static partial int FormatInto(byte* buffer, nuint size, byte* format, nint arguments);

    [LibraryImport(Library, EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, long* secondsAndNanoseconds);

    [LibraryImport(Library, EntryPoint = "clock_getres")]
    private static partial int ReadResolution(int clock, long* secondsAndNanoseconds);

    /// <summary>A clock in nanoseconds; 0 where there is no such clock.</summary>
    public static long ClockNs(int clock)
    {
        var time = stackalloc long[2];
        return ReadClock(clock, time) == 0 ? time[0] * 1_000_000_000 + time[1] : 0;
    }

    /// <summary>Distance of two values of a clock in nanoseconds; 0 where there is no such clock.</summary>
    public static long ResolutionNs(int clock)
    {
        var time = stackalloc long[2];
        return ReadResolution(clock, time) == 0 ? time[0] * 1_000_000_000 + time[1] : 0;
    }

    public static int PerfEventOpen(PerfEventAttributes* attributes, int pid, int cpu, int group, ulong flags) =>
        (int)Syscall(SysPerfEventOpen, (nint)attributes, pid, cpu, group, (nint)flags);

    public static int Bpf(int command, void* attributes, uint size) =>
        (int)Syscall(SysBpf, command, (nint)attributes, (nint)size, 0, 0);
}

/// <summary><c>struct perf_event_attr</c>, first 128 bytes (PERF_ATTR_SIZE_VER6 is longer; older kernels accept this).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PerfEventAttributes
{
    public const uint TypeSoftware = 1;
    public const ulong CpuClock = 0;
    public const ulong FlagDisabled = 1 << 0;
    public const ulong FlagInherit = 1 << 1;

    /// <summary>Inherit to threads only, not to child processes; Linux 5.13.</summary>
    public const ulong FlagInheritThread = 1UL << 35;

    public uint Type;
    public uint Size;
    public ulong Config;
    public ulong SamplePeriod;
    public ulong SampleType;
    public ulong ReadFormat;
    public ulong Flags;
    public uint WakeupEvents;
    public uint BreakpointType;
    public ulong Config1;
    public ulong Config2;
    public ulong BranchSampleType;
    public ulong SampleRegsUser;
    public uint SampleStackUser;
    public int ClockId;
    public ulong SampleRegsInterrupt;
    public uint AuxWatermark;
    public ushort SampleMaxStack;
    public ushort Reserved2;
    public uint AuxSampleSize;
    public uint Reserved3;
}
