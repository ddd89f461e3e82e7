using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hud.Target;

/// <summary>
/// Finds the thread pointers (fs base) of a process from outside and without stopping it. The thread control block begins
/// with a pointer to itself and holds the thread's id soon after, in glibc (struct pthread) and musl alike; it lies at the
/// top of a thread's stack, and the main thread's in the loader's or the program's own data.
/// </summary>
internal sealed class ThreadPointers(ProcessMemory memory, IReadOnlyList<MemoryMap> maps)
{
    private const int TopBytes = 64 << 10;
    private const int SmallMap = 1 << 20;
    private const int TidWithin = 1 << 10;
    private readonly byte[] _buffer = new byte[SmallMap];

    /// <param name="tid">The thread's id in the innermost pid namespace, as the C library knows it.</param>
    /// <param name="stackPointer">Where its stack pointer is; 0 if not known.</param>
    /// <returns>0 when it was not found.</returns>
    public ulong Find(int tid, ulong stackPointer)
    {
        foreach (var map in maps)
        {
            if (stackPointer >= map.Start && stackPointer < map.End && FindIn(Top(map), map.End, tid) is > 0 and var found)
                return found;
        }
        foreach (var map in maps)
        {
            if (map.IsWritable && (map.Path.Length == 0 || map.IsFile || map.Path == "[heap]") &&
                FindIn(Top(map), map.End, tid) is > 0 and var found)
                return found;
        }
        return 0;
    }

    /// <summary>Small mappings are read whole; of a stack only the top can hold the block.</summary>
    private static ulong Top(MemoryMap map) => map.End - map.Start <= SmallMap ? map.Start : map.End - TopBytes;

    private ulong FindIn(ulong start, ulong end, int tid)
    {
        var length = memory.Read(start, _buffer.AsSpan(0, (int)(end - start)));
        var words = MemoryMarshal.Cast<byte, ulong>(_buffer.AsSpan(0, length & ~7));
        for (var i = words.Length - 1; i >= 0; i--)
        {
            var address = start + (ulong)i * sizeof(ulong);
            if (words[i] == address && HoldsTid(_buffer.AsSpan(0, length)[(i * sizeof(ulong))..], tid))
                return address;
        }
        return 0;
    }

    private static bool HoldsTid(ReadOnlySpan<byte> block, int tid)
    {
        for (var at = 2 * sizeof(ulong); at + sizeof(int) <= block.Length && at < TidWithin; at += sizeof(int))
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(block[at..]) == tid)
                return true;
        }
        return false;
    }
}
