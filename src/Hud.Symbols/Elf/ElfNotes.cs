using System.Text;

namespace Hud.Symbols.Elf;

/// <summary>Reads notes and the two debug-link sections.</summary>
internal static class ElfNotes
{
    private const uint GnuBuildId = 3;

    /// <summary>Lower-case hex of the NT_GNU_BUILD_ID note in <paramref name="notes"/>, or null.</summary>
    /// <param name="alignment">4, or 8 for note segments aligned so.</param>
    public static string? FindBuildId(ReadOnlySpan<byte> notes, ulong alignment)
    {
        uint mask = alignment == 8 ? 7u : 3u;
        var reader = new ByteReader(notes);
        while (reader.Remaining >= 12)
        {
            uint nameSize = reader.U32();
            uint size = reader.U32();
            uint type = reader.U32();
            ReadOnlySpan<byte> name = reader.Take(nameSize);
            Align(ref reader, mask);
            ReadOnlySpan<byte> value = reader.Take(size);
            if (!reader.Failed && type == GnuBuildId && name.SequenceEqual("GNU\0"u8) && value.Length is > 0 and <= 64)
            {
                return Convert.ToHexStringLower(value);
            }

            Align(ref reader, mask);
        }

        return null;
    }

    public static ElfDebugLink? ReadDebugLink(ReadOnlySpan<byte> section)
    {
        var reader = new ByteReader(section);
        ReadOnlySpan<byte> name = reader.CString();
        Align(ref reader, 3);
        uint crc = reader.U32();
        return reader.Failed || name.IsEmpty ? null : new ElfDebugLink(Encoding.UTF8.GetString(name), crc);
    }

    public static ElfDebugAltLink? ReadDebugAltLink(ReadOnlySpan<byte> section)
    {
        var reader = new ByteReader(section);
        ReadOnlySpan<byte> name = reader.CString();
        ReadOnlySpan<byte> id = reader.Take((ulong)reader.Remaining);
        return reader.Failed || name.IsEmpty || id.Length is 0 or > 64
            ? null
            : new ElfDebugAltLink(Encoding.UTF8.GetString(name), Convert.ToHexStringLower(id));
    }

    /// <summary>DWARF 5 §7.3.6: version, is_supplementary, file name, checksum (dwz writes the build id there).</summary>
    public static ElfDebugAltLink? ReadDebugSup(ReadOnlySpan<byte> section)
    {
        var reader = new ByteReader(section);
        ushort version = reader.U16();
        bool isSupplementary = reader.U8() != 0;
        ReadOnlySpan<byte> name = reader.CString();
        ReadOnlySpan<byte> checksum = reader.Take(reader.Uleb());
        return reader.Failed || version != 5 || isSupplementary || name.IsEmpty || checksum.Length is 0 or > 64
            ? null
            : new ElfDebugAltLink(Encoding.UTF8.GetString(name), Convert.ToHexStringLower(checksum));
    }

    private static void Align(ref ByteReader reader, uint mask) => reader.Skip((0u - (uint)reader.Position) & mask);
}
