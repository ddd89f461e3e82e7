using System.IO.Compression;
using ZstdSharp;

namespace Hud.Symbols.Elf;

/// <summary>Unpacks SHF_COMPRESSED sections (zlib, zstd) and the older .zdebug_* ones.</summary>
internal static class ElfCompression
{
    private const uint Zlib = 1;
    private const uint Zstd = 2;
    private const int HeaderSize = 24;

    /// <summary>Deflate cannot expand more than this; a header that claims more lies.</summary>
    private const ulong MaxDeflateRatio = 1032;

    /// <summary>Null when the header or the stream is bad, or when the claimed size is above <paramref name="maxBytes"/>.</summary>
    public static byte[]? Decompress(ReadOnlySpan<byte> section, long maxBytes)
    {
        var reader = new ByteReader(section);
        uint type = reader.U32();
        reader.Skip(4);
        ulong size = reader.U64();
        reader.Skip(8);
        return reader.Failed ? null : Unpack(type, section[HeaderSize..], size, maxBytes);
    }

    /// <summary>"ZLIB", the unpacked size as eight big-endian bytes, a zlib stream.</summary>
    public static byte[]? DecompressOld(ReadOnlySpan<byte> section, long maxBytes)
    {
        if (section.Length < 12 || !section.StartsWith("ZLIB"u8))
        {
            return null;
        }

        ulong size = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(section[4..]);
        return Unpack(Zlib, section[12..], size, maxBytes);
    }

    private static byte[]? Unpack(uint type, ReadOnlySpan<byte> packed, ulong size, long maxBytes)
    {
        if (size > (ulong)Math.Max(0, maxBytes) || size > (ulong)Array.MaxLength)
        {
            return null;
        }

        return type switch
        {
            Zlib when size <= (ulong)packed.Length * MaxDeflateRatio => Inflate(packed, (int)size),
            Zstd => UnpackZstd(packed, (int)size),
            _ => null,
        };
    }

    private static unsafe byte[]? Inflate(ReadOnlySpan<byte> packed, int size)
    {
        if (packed.IsEmpty)
        {
            return null;
        }

        byte[] unpacked = GC.AllocateUninitializedArray<byte>(size);
        fixed (byte* start = packed)
        {
            try
            {
                using var source = new UnmanagedMemoryStream(start, packed.Length);
                using var zlib = new ZLibStream(source, CompressionMode.Decompress);
                return zlib.ReadAtLeast(unpacked, size, throwOnEndOfStream: false) == size ? unpacked : null;
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException)
            {
                // The second for what zlib reports beside damaged data: a preset dictionary, an impossible window.
                return null;
            }
        }
    }

    private static byte[]? UnpackZstd(ReadOnlySpan<byte> packed, int size)
    {
        try
        {
            // The frame's own claim is checked before the output is allocated: a few bytes must not ask for a gigabyte.
            if (Decompressor.GetDecompressedSize(packed) != (ulong)size)
            {
                return null;
            }

            byte[] unpacked = GC.AllocateUninitializedArray<byte>(size);
            using var decompressor = new Decompressor();
            return decompressor.Unwrap(packed, unpacked) == size ? unpacked : null;
        }
        catch (ZstdException)
        {
            return null;
        }
    }
}
