using Hud.Target;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>The memory of a loaded BPF array or data section, shared with the programs.</summary>
internal sealed unsafe class SharedMemory : IDisposable
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapShared = 1;

    private readonly nuint _length;
    private nint _memory;

    public SharedMemory(BpfMap map, bool writable)
    {
        var page = (nuint)Environment.SystemPageSize;
        _length = (map.Entries * (map.ValueSize + 7 & ~7U) + page - 1) & ~(page - 1);
        _memory = Libc.Map(0, _length, writable ? ProtRead | ProtWrite : ProtRead, MapShared, map.Fd, 0);
        if (_memory == -1)
            throw new HudException($"The memory shared with the kernel part cannot be mapped: {Errno.Describe(Libc.LastError)}", "raise the limit on locked memory (ulimit -l unlimited)", ExitCode.PreconditionMissing);
    }

    public void* Address => (void*)_memory;

    public void Dispose()
    {
        if (_memory is not (0 or -1))
            _ = Libc.Unmap(_memory, _length);
        _memory = 0;
    }
}
