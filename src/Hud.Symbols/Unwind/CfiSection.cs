namespace Hud.Symbols.Unwind;

/// <summary>
/// One .eh_frame or .debug_frame: its entries, common (CIE) and of one function (FDE). Positions are offsets into the section.
/// </summary>
internal sealed class CfiSection(ReadOnlyMemory<byte> bytes, ulong address, bool isEhFrame, ulong textAddress, ulong dataAddress)
{
    private const uint Extended = 0xFFFF_FFFF;
    private readonly Lock _lock = new();
    private volatile Cie?[] _cies = [];

    public ReadOnlySpan<byte> Bytes => bytes.Span;

    public ulong Address => address;

    /// <summary>Where an entry's fields lie; <see cref="IsCie"/> tells which kind.</summary>
    public readonly record struct Entry(int Start, int Content, int End, bool IsCie, long CieStart);

    /// <summary>
    /// Reads the entry at <paramref name="start"/>; <paramref name="next"/> is where the following one starts, or −1 at the end.
    /// False for a terminator and for what is no entry.
    /// </summary>
    public bool TryReadEntry(int start, out Entry entry, out int next)
    {
        entry = default;
        next = -1;
        ByteReader reader = new(Bytes, (ulong)start);
        ulong length = reader.U32();
        bool wide = length == Extended;
        if (wide) length = reader.U64();
        if (reader.Failed || length > (ulong)reader.Remaining) return false;
        int content = reader.Position;
        int end = content + (int)length;
        if (end < Bytes.Length) next = end;
        if (length == 0) return false;

        ByteReader body = new(Bytes[..end], (ulong)content);
        ulong id = wide && !isEhFrame ? body.U64() : body.U32();
        if (body.Failed) return false;
        bool isCie = isEhFrame ? id == 0 : id == (wide ? ulong.MaxValue : Extended);
        // .eh_frame counts back from the field itself, .debug_frame from the start of the section.
        long cie = isCie ? start : isEhFrame ? content - (long)id : id > int.MaxValue ? -1 : (long)id;
        entry = new Entry(start, body.Position, end, isCie, cie);
        return true;
    }

    public Fde? TryReadFde(int start)
    {
        if (!TryReadEntry(start, out Entry entry, out _) || entry.IsCie || FindCie(entry.CieStart) is not { } cie) return null;
        ByteReader reader = new(Bytes[..entry.End], (ulong)entry.Content);
        PointerBases bases = new(address, textAddress, dataAddress);
        if (cie.SegmentSize > 0) reader.Skip(cie.SegmentSize);
        ulong first = cie.FdeEncoding.Read(ref reader, bases);
        ulong count = cie.FdeEncoding.ReadPlain(ref reader);
        if (cie.HasAugmentationData) reader.Skip(reader.Uleb());
        if (reader.Failed || first + count < first) return null;
        return new Fde(start, first, first + count, reader.Position, entry.End, cie);
    }

    /// <summary>
    /// An entry without code may start where a function does, whose own entry then follows. Of those that start at one address linkers keep
    /// the first alone in the header's table.
    /// </summary>
    public Fde FirstWithCode(Fde fde)
    {
        const int MostEmpty = 64;
        for (int i = 0; i < MostEmpty && fde.First == fde.End; i++)
        {
            if (!TryReadEntry(fde.Start, out _, out int next) || next < 0 || TryReadFde(next) is not { } following || following.First != fde.First) break;
            fde = following;
        }
        return fde;
    }

    public Cie? FindCie(long start)
    {
        if (start < 0 || start >= Bytes.Length) return null;
        foreach (Cie? known in _cies)
        {
            if (known!.Start == start) return known;
        }
        if (ReadCie((int)start) is not { } cie) return null;
        lock (_lock)
        {
            // Files have a handful; a hostile one with thousands reads them again each time.
            if (_cies.Length < 64) _cies = [.. _cies, cie];
        }
        return cie;
    }

    private Cie? ReadCie(int start)
    {
        if (!TryReadEntry(start, out Entry entry, out _) || !entry.IsCie) return null;
        ByteReader reader = new(Bytes[..entry.End], (ulong)entry.Content);
        byte version = reader.U8();
        if (version is not (1 or 3 or 4)) return null;
        ReadOnlySpan<byte> augmentation = reader.CString();
        byte segmentSize = 0;
        if (version == 4 && !isEhFrame)
        {
            if (reader.U8() != 8) return null;
            segmentSize = reader.U8();
        }
        // GCC 2 left a pointer to its exception table here.
        if (augmentation.StartsWith("eh"u8))
        {
            reader.Skip(8);
            augmentation = augmentation[2..];
        }
        ulong codeAlignment = reader.Uleb();
        long dataAlignment = reader.Sleb();
        ulong returnAddress = version == 1 ? reader.U8() : reader.Uleb();
        if (reader.Failed || returnAddress >= CfiProgram.MaxRegisters) return null;

        PointerEncoding fdeEncoding = default;
        bool signal = false;
        bool hasData = augmentation.StartsWith("z"u8);
        int instructions = reader.Position;
        if (hasData)
        {
            ulong length = reader.Uleb();
            int dataStart = reader.Position;
            reader.Skip(length);
            instructions = reader.Position;
            if (reader.Failed) return null;
            ByteReader data = new(Bytes[..instructions], (ulong)dataStart);
            ReadAugmentation(augmentation[1..], ref data, ref fdeEncoding, ref signal);
        }
        else
        {
            foreach (byte letter in augmentation)
            {
                // Without a length, letters that carry data cannot be stepped over.
                if (letter is not ((byte)'S' or (byte)'B' or (byte)'G')) return null;
                signal |= letter == 'S';
            }
        }
        return fdeEncoding.IsIndirect || fdeEncoding.IsOmitted
            ? null
            : new Cie(start, codeAlignment, dataAlignment, (int)returnAddress, fdeEncoding, signal, hasData, segmentSize, instructions, entry.End);
    }

    private void ReadAugmentation(ReadOnlySpan<byte> letters, ref ByteReader data, ref PointerEncoding fdeEncoding, ref bool signal)
    {
        foreach (byte letter in letters)
        {
            switch (letter)
            {
                case (byte)'R':
                    fdeEncoding = new PointerEncoding(data.U8());
                    break;
                case (byte)'P':
                    new PointerEncoding(data.U8()).Read(ref data, new PointerBases(address, textAddress, dataAddress));
                    break;
                case (byte)'L':
                    data.U8();
                    break;
                case (byte)'S':
                    signal = true;
                    break;
                case (byte)'B' or (byte)'G':
                    // aarch64: which key signs return addresses, tagged stack frames. Neither moves anything.
                    break;
                default:
                    return;
            }
        }
    }
}

/// <summary>What the functions of one CIE have in common.</summary>
internal sealed record Cie(
    int Start,
    ulong CodeAlignment,
    long DataAlignment,
    int ReturnAddressRegister,
    PointerEncoding FdeEncoding,
    bool IsSignalFrame,
    bool HasAugmentationData,
    byte SegmentSize,
    int InstructionsStart,
    int InstructionsEnd);

/// <summary>One function's range and where its instructions lie.</summary>
/// <param name="First">Image address of the first byte.</param>
/// <param name="End">Image address behind the last byte.</param>
internal readonly record struct Fde(int Start, ulong First, ulong End, int InstructionsStart, int InstructionsEnd, Cie Cie);
