using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Hud.Target;

/// <summary>Reads the memory of a process through /proc/PID/mem, without stopping it. Needs CAP_SYS_PTRACE for foreign processes.</summary>
public sealed class ProcessMemory : IDisposable
{
    private readonly SafeFileHandle _handle;

    private ProcessMemory(SafeFileHandle handle) => _handle = handle;

    /// <summary>Null when the process is gone or may not be read.</summary>
    public static ProcessMemory? TryOpen(int pid)
    {
        try
        {
            return new ProcessMemory(File.OpenHandle($"/proc/{pid}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        }
        catch (Exception e) when (ProcFs.IsAbsence(e))
        {
            return null;
        }
    }

    /// <summary>Bytes read from <paramref name="address"/> on: fewer than asked for where unmapped memory follows, 0 when nothing is there.</summary>
    public int Read(ulong address, Span<byte> into)
    {
        if (address > long.MaxValue)
            return 0;
        try
        {
            return RandomAccess.Read(_handle, into, (long)address);
        }
        catch (Exception e) when (ProcFs.IsAbsence(e))
        {
            return 0;
        }
    }

    /// <summary>The little-endian word at an address.</summary>
    public bool TryReadWord(ulong address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        var whole = Read(address, bytes) == bytes.Length;
        value = whole ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return whole;
    }

    public void Dispose() => _handle.Dispose();
}
