using System.Buffers.Binary;

namespace Hud.Symbols.Elf;

/// <summary>Relative relocations of the dynamic segment (RELA and RELR), or of the sections where there is no dynamic segment.</summary>
internal static class ElfRelativeRelocations
{
    private const int RelaSize = 24;

    public static IEnumerable<ElfRelativeRelocation> Read(ElfImage image, SymbolLimits limits)
    {
        (ReadOnlyMemory<byte> rela, ReadOnlyMemory<byte> relr) = Tables(image);
        uint relative = image.Machine == ElfMachine.X86_64 ? 8u : 1027u;
        int left = limits.MaxRelocations;
        for (int at = 0; at + RelaSize <= rela.Length && left > 0; at += RelaSize)
        {
            ReadOnlySpan<byte> entry = rela.Span.Slice(at, RelaSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]) == relative)
            {
                left--;
                yield return new ElfRelativeRelocation(
                    BinaryPrimitives.ReadUInt64LittleEndian(entry),
                    BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]));
            }
        }

        // RELR: an even word is the address of one relocation and the base of the next bitmap; an odd word marks 63 words after that base.
        ulong next = 0;
        for (int at = 0; at + 8 <= relr.Length && left > 0; at += 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(relr.Span[at..]);
            if ((word & 1) == 0)
            {
                left--;
                yield return InPlace(image, word);
                next = word + 8;
                continue;
            }

            for (int bit = 1; bit < 64; bit++)
            {
                if ((word >> bit & 1) != 0)
                {
                    left--;
                    yield return InPlace(image, next + (ulong)(bit - 1) * 8);
                }
            }

            next += 63 * 8;
        }
    }

    private static ElfRelativeRelocation InPlace(ElfImage image, ulong address) => new(
        address,
        image.TryReadMemory(address, 8, out ReadOnlyMemory<byte> word) ? BinaryPrimitives.ReadUInt64LittleEndian(word.Span) : 0);

    private static (ReadOnlyMemory<byte> Rela, ReadOnlyMemory<byte> Relr) Tables(ElfImage image)
    {
        ulong rela = 0, relaSize = 0, relr = 0, relrSize = 0;
        bool dynamic = false;
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != ElfSegmentType.Dynamic || !image.TryGetFileBytes(segment.FileOffset, segment.FileSize, out ReadOnlyMemory<byte> entries))
            {
                continue;
            }

            dynamic = true;
            var reader = new ByteReader(entries.Span);
            while (reader.Remaining >= 16)
            {
                ulong tag = reader.U64();
                ulong value = reader.U64();
                switch (tag)
                {
                    case 7: rela = value; break;
                    case 8: relaSize = value; break;
                    case 35: relrSize = value; break;
                    case 36: relr = value; break;
                }
            }
        }

        if (dynamic)
        {
            return (Memory(image, rela, relaSize), Memory(image, relr, relrSize));
        }

        return (Section(image, ElfSectionType.Rela), Section(image, ElfSectionType.Relr));
    }

    private static ReadOnlyMemory<byte> Memory(ElfImage image, ulong address, ulong size) =>
        size is > 0 and <= int.MaxValue && image.TryReadMemory(address, (int)size, out ReadOnlyMemory<byte> bytes) ? bytes : default;

    private static ReadOnlyMemory<byte> Section(ElfImage image, ElfSectionType type)
    {
        foreach (ElfSection section in image.Sections)
        {
            if (section.Type == type && section.Flags.HasFlag(ElfSectionFlags.Alloc) &&
                image.TryGetFileBytes(section.Offset, section.Size, out ReadOnlyMemory<byte> bytes))
            {
                return bytes;
            }
        }

        return default;
    }
}
