namespace Hud.Symbols.Unwind;

/// <summary>From an image address to the entry that may cover it.</summary>
internal abstract class FdeIndex
{
    /// <summary>
    /// The section offset of the entry with the highest start at or below <paramref name="imageAddress"/>. False when none starts there;
    /// whether the entry reaches the address is for the caller to see.
    /// </summary>
    public abstract bool TryFind(ulong imageAddress, out int fde);
}

/// <summary>The sorted table that linkers put into .eh_frame_hdr, searched where it lies: nothing is read up front.</summary>
internal sealed class HeaderFdeIndex : FdeIndex
{
    private readonly ReadOnlyMemory<byte> _table;
    private readonly int _size;
    private readonly int _count;
    private readonly PointerEncoding _encoding;
    private readonly PointerBases _bases;
    private readonly CfiSection _section;

    private HeaderFdeIndex(ReadOnlyMemory<byte> table, int count, PointerEncoding encoding, PointerBases bases, CfiSection section)
    {
        _table = table;
        _size = encoding.Size;
        _count = count;
        _encoding = encoding;
        _bases = bases;
        _section = section;
    }

    /// <summary>Where .eh_frame starts according to the header: for files without section headers.</summary>
    public static bool TryReadSectionAddress(ReadOnlySpan<byte> header, ulong headerAddress, out ulong address)
    {
        ByteReader reader = new(header);
        address = 0;
        if (reader.U8() != 1) return false;
        PointerEncoding pointer = new(reader.U8());
        reader.Skip(2);
        address = pointer.Read(ref reader, new PointerBases(headerAddress, 0, headerAddress));
        return !reader.Failed && address != 0;
    }

    /// <summary>Null when there is no table, or one whose entries have no fixed size.</summary>
    public static HeaderFdeIndex? TryRead(ReadOnlyMemory<byte> header, ulong headerAddress, CfiSection section)
    {
        ByteReader reader = new(header.Span);
        if (reader.U8() != 1) return null;
        PointerEncoding pointer = new(reader.U8());
        PointerEncoding countEncoding = new(reader.U8());
        PointerEncoding tableEncoding = new(reader.U8());
        PointerBases bases = new(headerAddress, 0, headerAddress);
        pointer.Read(ref reader, bases);
        if (countEncoding.IsOmitted || tableEncoding.IsOmitted || tableEncoding.IsIndirect || tableEncoding.Size == 0) return null;
        ulong count = countEncoding.Read(ref reader, bases);
        int entry = tableEncoding.Size * 2;
        if (reader.Failed || count == 0 || count > (ulong)(reader.Remaining / entry)) return null;
        ReadOnlyMemory<byte> table = header[reader.Position..];
        return new HeaderFdeIndex(table, (int)count, tableEncoding, bases with { Section = headerAddress + (ulong)reader.Position }, section);
    }

    public override bool TryFind(ulong imageAddress, out int fde)
    {
        fde = 0;
        ByteReader reader = new(_table.Span);
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            reader.Position = middle * _size * 2;
            if (_encoding.Read(ref reader, _bases) <= imageAddress) low = middle + 1;
            else high = middle;
        }
        if (low == 0) return false;
        reader.Position = (low - 1) * _size * 2 + _size;
        ulong offset = _encoding.Read(ref reader, _bases) - _section.Address;
        if (reader.Failed || offset >= (ulong)_section.Bytes.Length) return false;
        fde = (int)offset;
        return true;
    }
}

/// <summary>Made by stepping over every entry of a section: .debug_frame, and .eh_frame without a usable header.</summary>
internal sealed class ScannedFdeIndex : FdeIndex
{
    private readonly ulong[] _starts;
    private readonly int[] _offsets;

    public ScannedFdeIndex(CfiSection section, SymbolLimits limits)
    {
        List<ulong> starts = [];
        List<int> offsets = [];
        int at = 0;
        while (at >= 0 && starts.Count < limits.MaxFunctions)
        {
            bool read = section.TryReadEntry(at, out CfiSection.Entry entry, out int next);
            // Linkers leave entries of functions they dropped at address 0.
            if (read && !entry.IsCie && section.TryReadFde(at) is { } fde && fde.First != 0 && fde.First < fde.End)
            {
                starts.Add(fde.First);
                offsets.Add(at);
            }
            at = next;
        }
        _starts = [.. starts];
        _offsets = [.. offsets];
        Array.Sort(_starts, _offsets);
    }

    public override bool TryFind(ulong imageAddress, out int fde)
    {
        int at = Array.BinarySearch(_starts, imageAddress);
        if (at < 0) at = ~at - 1;
        fde = at < 0 ? 0 : _offsets[at];
        return at >= 0;
    }
}
