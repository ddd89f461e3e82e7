using System.Runtime.InteropServices;

namespace Hud.Target;

/// <summary>Asks the kernel for a BPF object and gives it back at once: the only sure way to know whether it may be had.</summary>
internal static unsafe partial class BpfProbe
{
    private const long Bpf = 321; // x86-64; the other architectures number it 280
    private const long BpfElsewhere = 280;
    private const int MapCreate = 0;
    private const uint RingBufferType = 27;

    /// <summary>errno of creating a ring buffer map of one page; 0 when it worked.</summary>
    public static int RingBuffer()
    {
        var attributes = new MapAttributes { Type = RingBufferType, MaxEntries = (uint)Environment.SystemPageSize };
        var number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Bpf : BpfElsewhere;
        var descriptor = syscall(number, MapCreate, &attributes, sizeof(MapAttributes));
        if (descriptor < 0)
            return Marshal.GetLastPInvokeError();
        _ = close((int)descriptor);
        return 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, int command, MapAttributes* attributes, int size);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    /// <summary>The head of union bpf_attr for BPF_MAP_CREATE; see linux/bpf.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MapAttributes
    {
        public uint Type;
        public uint KeySize;
        public uint ValueSize;
        public uint MaxEntries;
        public uint Flags;
    }
}
