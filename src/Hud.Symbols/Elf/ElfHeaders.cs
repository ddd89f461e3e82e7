using System.Text;

namespace Hud.Symbols.Elf;

/// <summary>The file header and the two header tables, bounds-checked.</summary>
internal sealed record ElfHeaders(ElfMachine Machine, ElfType Type, ulong EntryPoint, ElfSection[] Sections, ElfSegment[] Segments)
{
    private const int FileHeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const ushort ExtendedIndex = 0xffff;

    public static ElfHeaders? TryRead(ReadOnlySpan<byte> file, SymbolLimits limits, out string? problem)
    {
        problem = Check(file);
        if (problem is not null)
        {
            return null;
        }

        var reader = new ByteReader(file) { Position = 16 };
        var type = (ElfType)reader.U16();
        var machine = (ElfMachine)reader.U16();
        reader.Skip(4);
        ulong entry = reader.U64();
        ulong programHeaders = reader.U64();
        ulong sectionHeaders = reader.U64();
        reader.Skip(6);
        ushort programHeaderSize = reader.U16();
        ulong segmentCount = reader.U16();
        ushort sectionHeaderSize = reader.U16();
        ulong sectionCount = reader.U16();
        uint nameSection = reader.U16();

        if (sectionHeaders != 0 && sectionHeaderSize == SectionHeaderSize)
        {
            // Counts that do not fit the header stand in section 0.
            var first = new ByteReader(file, sectionHeaders);
            first.Skip(32);
            ulong extendedCount = first.U64();
            uint extendedNames = first.U32();
            uint extendedSegments = first.U32();
            if (!first.Failed)
            {
                sectionCount = sectionCount == 0 ? extendedCount : sectionCount;
                nameSection = nameSection == ExtendedIndex ? extendedNames : nameSection;
                segmentCount = segmentCount == ExtendedIndex ? extendedSegments : segmentCount;
            }
        }

        if (sectionCount > (ulong)limits.MaxSections || segmentCount > (ulong)limits.MaxSegments)
        {
            problem = $"the file claims {sectionCount} sections and {segmentCount} segments, the limits are {limits.MaxSections} and {limits.MaxSegments}";
            return null;
        }

        ElfSegment[]? segments = ReadSegments(file, programHeaders, segmentCount, programHeaderSize);
        if (segments is null)
        {
            problem = "the program headers lie outside the file";
            return null;
        }

        // A file cut off before its section headers still has segments, and with them addresses and a build id.
        ElfSection[] sections = sectionHeaderSize == SectionHeaderSize ? ReadSections(file, sectionHeaders, sectionCount, nameSection, limits) : [];
        if (sections.Length == 0 && segments.Length == 0)
        {
            problem = "the file has neither sections nor segments";
            return null;
        }

        return new ElfHeaders(machine, type, entry, sections, segments);
    }

    private static string? Check(ReadOnlySpan<byte> file)
    {
        if (file.Length < FileHeaderSize)
        {
            return $"the file is too short for an ELF file ({file.Length} bytes)";
        }

        if (!file.StartsWith("\x7f"u8) || !file[1..].StartsWith("ELF"u8))
        {
            return "the file is not an ELF file";
        }

        if (file[4] != 2 || file[5] != 1)
        {
            return "only 64-bit little-endian ELF files are supported";
        }

        int machine = file[18] | file[19] << 8;
        return machine is (int)ElfMachine.X86_64 or (int)ElfMachine.AArch64
            ? null
            : $"only x86-64 and aarch64 are supported, the file is for machine {machine}";
    }

    private static ElfSegment[]? ReadSegments(ReadOnlySpan<byte> file, ulong start, ulong count, ushort entrySize)
    {
        if (count == 0)
        {
            return [];
        }

        if (entrySize < ProgramHeaderSize || start > (ulong)file.Length || count * entrySize > (ulong)file.Length - start)
        {
            return null;
        }

        var segments = new ElfSegment[count];
        for (int i = 0; i < segments.Length; i++)
        {
            var reader = new ByteReader(file, start + (ulong)i * entrySize);
            var type = (ElfSegmentType)reader.U32();
            var flags = (ElfSegmentFlags)reader.U32();
            ulong offset = reader.U64();
            ulong address = reader.U64();
            reader.Skip(8);
            segments[i] = new ElfSegment(type, flags, offset, address, reader.U64(), reader.U64(), reader.U64());
        }

        return segments;
    }

    private static ElfSection[] ReadSections(ReadOnlySpan<byte> file, ulong start, ulong count, uint nameSection, SymbolLimits limits)
    {
        if (start == 0 || start > (ulong)file.Length || count * SectionHeaderSize > (ulong)file.Length - start)
        {
            return [];
        }

        ReadOnlySpan<byte> names = default;
        if (nameSection < count)
        {
            var reader = new ByteReader(file, start + (ulong)nameSection * SectionHeaderSize);
            reader.Skip(24);
            ulong offset = reader.U64();
            ulong size = reader.U64();
            if (offset <= (ulong)file.Length && size <= (ulong)file.Length - offset)
            {
                names = file.Slice((int)offset, (int)size);
            }
        }

        var sections = new ElfSection[count];
        for (int i = 0; i < sections.Length; i++)
        {
            var reader = new ByteReader(file, start + (ulong)i * SectionHeaderSize);
            string name = NameAt(names, reader.U32(), limits);
            var type = (ElfSectionType)reader.U32();
            var flags = (ElfSectionFlags)reader.U64();
            sections[i] = new ElfSection(
                name, type, flags, reader.U64(), reader.U64(), reader.U64(), reader.U32(), reader.U32(), reader.U64(), reader.U64());
        }

        return sections;
    }

    private static string NameAt(ReadOnlySpan<byte> names, uint offset, SymbolLimits limits)
    {
        if (offset >= (uint)names.Length)
        {
            return string.Empty;
        }

        ReadOnlySpan<byte> rest = names[(int)offset..];
        rest = rest[..Math.Min(rest.Length, Math.Min(limits.MaxNameBytes, 256))];
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
