namespace Hud.Symbols.Demangling;

/// <summary>RFC 3492 with Rust's alphabet: the delimiter is <c>_</c>, digits are a–z then 0–9.</summary>
internal static class Punycode
{
    private const int Base = 36, TMin = 1, TMax = 26, Skew = 38, Damp = 700, InitialBias = 72, InitialN = 0x80;

    /// <summary>Identifiers are capped: every insertion moves the tail, so the work grows with the square of the length.</summary>
    private const int MaxScalars = 512;

    /// <summary>Appends the decoded identifier; false, with nothing appended, when it does not decode.</summary>
    public static bool TryAppend(scoped ReadOnlySpan<char> ascii, scoped ReadOnlySpan<char> deltas, ref NameWriter output)
    {
        if (deltas.IsEmpty || ascii.Length > MaxScalars) return false;
        Span<uint> scalars = stackalloc uint[MaxScalars];
        int count = 0;
        foreach (char c in ascii) scalars[count++] = c;

        uint n = InitialN;
        uint bias = InitialBias;
        ulong i = 0;
        int at = 0;
        while (at < deltas.Length)
        {
            ulong start = i;
            ulong weight = 1;
            for (uint k = Base; ; k += Base)
            {
                if (at >= deltas.Length) return false;
                int digit = Digit(deltas[at++]);
                if (digit < 0) return false;
                i += (ulong)digit * weight;
                uint threshold = k <= bias ? TMin : Math.Min(k - bias, TMax);
                if (i > uint.MaxValue) return false;
                if ((uint)digit < threshold) break;
                weight *= Base - threshold;
                if (weight > uint.MaxValue) return false;
            }
            if (count == MaxScalars) return false;
            count++;
            bias = Adapt((uint)(i - start), (uint)count, start == 0);
            ulong next = n + i / (ulong)count;
            if (next > 0x10FFFF) return false;
            n = (uint)next;
            int position = (int)(i % (ulong)count);
            scalars[position..(count - 1)].CopyTo(scalars[(position + 1)..]);
            scalars[position] = n;
            i = (ulong)position + 1;
        }

        int before = output.Length;
        foreach (uint scalar in scalars[..count])
        {
            if (output.TryAppendScalar(scalar)) continue;
            output.Truncate(before);
            return false;
        }
        return true;
    }

    private static int Digit(char c) => c switch
    {
        >= 'a' and <= 'z' => c - 'a',
        >= '0' and <= '9' => c - '0' + 26,
        _ => -1,
    };

    private static uint Adapt(uint delta, uint count, bool first)
    {
        delta /= first ? (uint)Damp : 2;
        delta += delta / count;
        uint k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }
        return k + (Base - TMin + 1) * delta / (delta + Skew);
    }
}
