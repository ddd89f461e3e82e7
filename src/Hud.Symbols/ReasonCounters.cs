using System.Runtime.CompilerServices;

namespace Hud.Symbols;

/// <summary>How often each reason of an enumeration of ints, which count from 0, was met. Safe for several threads.</summary>
public sealed class ReasonCounters<TReason>
    where TReason : struct, Enum
{
    private readonly long[] _counts = new long[Enum.GetValues<TReason>().Length];

    public long this[TReason reason] => Interlocked.Read(ref Slot(reason));

    public long Total
    {
        get
        {
            long total = 0;
            for (int i = 0; i < _counts.Length; i++) total += Interlocked.Read(ref _counts[i]);
            return total;
        }
    }

    internal void Add(TReason reason) => Interlocked.Increment(ref Slot(reason));

    private ref long Slot(TReason reason) => ref _counts[Unsafe.BitCast<TReason, int>(reason)];
}
