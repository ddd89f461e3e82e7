using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hud.Target;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Memory of one thread under a scheduler when it runs a task (<see cref="IsCall"/>): at the entry of <c>run_task</c> under
/// multi_thread, of the task's poll function under current_thread. Or at a system call or a sample some time after it, with
/// that last call's arguments.
/// </summary>
internal sealed class Snapshot
{
    /// <summary>Bytes of <see cref="ContextBytes"/> that lie before the context.</summary>
    public const int ContextBefore = 64;

    public const int OwnerBytes = 64;

    /// <summary>Lower words are no addresses: the kernel maps nothing there (vm.mmap_min_addr).</summary>
    public const ulong LowestPointer = 0x10000;

    public required bool IsCall { get; init; }
    public required int Tid { get; init; }

    /// <summary>Of probes being in place: calls and waits between two rounds are not counted. 0 where uncounted calls may have followed the last.</summary>
    public int Round { get; init; } = 1;

    /// <summary>Tasks that the scheduler has run on this thread so far, those without a snapshot included.</summary>
    public required ulong Calls { get; init; }

    /// <summary>Waits for events on this thread so far, those without a snapshot included.</summary>
    public ulong Waits { get; init; }

    public required ulong Context { get; init; }
    public required ulong Core { get; init; }

    /// <summary>Of the task that the last call was given; 0 unknown.</summary>
    public required ulong TaskId { get; init; }

    /// <summary>The system call that the thread is entering; -1 none.</summary>
    public int Syscall { get; init; } = -1;

    /// <summary>From <see cref="ContextBefore"/> bytes before the context on.</summary>
    public required byte[] ContextBytes { get; init; }

    public required byte[] CoreBytes { get; init; }

    /// <summary>What the context's first words point to, <see cref="OwnerBytes"/> each.</summary>
    public required byte[] Owners { get; init; }

    /// <summary>The thread's TLS block of the module that has Tokio in it.</summary>
    public required byte[] Tls { get; init; }

    /// <summary>Where <see cref="Tls"/> begins: from the thread pointer, or 0 in a block that only the thread vector leads to.</summary>
    public required long TlsStart { get; init; }

    public ulong ContextWord(int offset) => Word(ContextBytes, ContextBefore + offset);

    public ulong CoreWord(int offset) => Word(CoreBytes, offset);

    public uint CoreHalf(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(CoreBytes.AsSpan(offset));

    public ulong TlsWord(int index) => Word(Tls, index * 8);

    /// <summary>A thread-local has the id of the task that the last call was given, as one has while the task is polled.</summary>
    public bool HoldsTaskId => TaskId != 0 && MemoryMarshal.Cast<byte, ulong>(Tls.AsSpan(0, Tls.Length & ~7)).Contains(TaskId);

    /// <summary>What a layout calls the place of that word.</summary>
    public long TlsPlace(int index) => TlsStart + index * 8L;

    /// <summary>The thread waits for the kernel to tell of I/O or timers.</summary>
    public bool WaitsForEvents => Syscall is 232 or 281 or 441;

    public bool WaitsOnFutex => Syscall == 202;

    /// <summary>Parked workers wait like that, and so may a task for a lock.</summary>
    public bool MayPark => WaitsForEvents || WaitsOnFutex;

    public ulong OwnerWord(int owner, int word) => Word(Owners, owner * OwnerBytes + word * 8);

    public bool IsParked(ParkerNiche parker) => Cut(CoreBytes, parker.Offset, parker.Size) == parker.NoneValue;

    /// <summary>The 1, 2, 4 or 8 bytes of Core at an offset.</summary>
    public ulong CoreCut(int offset, int size) => Cut(CoreBytes, offset, size);

    private static ulong Cut(byte[] bytes, int offset, int size)
    {
        ulong value = 0;
        for (var i = size - 1; i >= 0; i--)
            value = value << 8 | bytes[offset + i];
        return value;
    }

    private static ulong Word(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
}
