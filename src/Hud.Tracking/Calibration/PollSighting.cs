using System.Buffers.Binary;

namespace Hud.Tracking.Calibration;

/// <summary>A task's poll function was entered.</summary>
/// <param name="Site">Index of the poll function.</param>
/// <param name="Scheduler">The task's; for a runtime's own tasks the address of its handle. 0 unknown.</param>
/// <param name="Tls">The thread's TLS block of the module that has Tokio in it; empty where the thread has none.</param>
/// <param name="Stack">From the stack pointer up, as far as it was copied.</param>
internal sealed record PollSighting(int Site, ulong ReturnAddress, ulong Scheduler, ulong StackPointer, ulong ThreadPointer, byte[] Tls, byte[] Stack)
{
    private const ulong LargestStack = 64 << 20;

    public int TlsWords => Tls.Length / 8;

    public ulong TlsWord(int index) => BinaryPrimitives.ReadUInt64LittleEndian(Tls.AsSpan(index * 8));

    /// <summary>
    /// The address lies in one of the calling frames. A thread's control block ends its stack, except the first thread's,
    /// whose stack lies above everything else.
    /// </summary>
    public bool IsInCaller(ulong address) =>
        address > StackPointer && address - StackPointer < LargestStack && (ThreadPointer < StackPointer || address < ThreadPointer);

    /// <summary>What was on the stack there at that moment; false where that was not copied.</summary>
    public bool TryReadStack(ulong address, Span<byte> into)
    {
        var at = address - StackPointer;
        if (at > (ulong)Stack.Length || (ulong)Stack.Length - at < (ulong)into.Length)
            return false;
        Stack.AsSpan((int)at, into.Length).CopyTo(into);
        return true;
    }

    public bool HoldsInTls(ulong value)
    {
        for (var i = 0; i < TlsWords; i++)
        {
            if (TlsWord(i) == value)
                return true;
        }
        return false;
    }
}
