using System.Buffers.Binary;
using System.IO.Compression;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Tests.Elf;

public class ElfCompressionTests
{
    public const uint Zlib = 1, Zstd = 2;

    private static readonly byte[] Plain = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i * i >> 7))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Unpacks_zlib_and_zstd(uint type) => Assert.Equal(Plain, ElfCompression.Decompress(Section(type, Plain), 1 << 20));

    [Fact]
    public void Unpacks_the_older_form()
    {
        byte[] header = [.. "ZLIB"u8, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(4), (ulong)Plain.Length);
        Assert.Equal(Plain, ElfCompression.DecompressOld([.. header, .. Deflate(Plain)], 1 << 20));
    }

    [Theory]
    [InlineData(1u, 50_001ul)]
    [InlineData(1u, ulong.MaxValue)]
    [InlineData(2u, 50_001ul)]
    [InlineData(2u, 1ul << 40)]
    [InlineData(3u, 50_000ul)]
    public void Refuses_a_claim_that_the_stream_does_not_keep(uint type, ulong size) => Assert.Null(ElfCompression.Decompress(Section(type, Plain, size), 1 << 20));

    [Fact]
    public void Refuses_more_than_the_limit() => Assert.Null(ElfCompression.Decompress(Section(Zlib, Plain), Plain.Length - 1));

    [Fact]
    public void Refuses_a_stream_that_wants_a_dictionary()
    {
        byte[] section = Section(Zlib, Plain);
        (section[24], section[25]) = (0x78, 0xbb);
        Assert.Null(ElfCompression.Decompress(section, 1 << 20));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Refuses_a_header_without_a_stream(uint type)
    {
        Assert.True(ElfCompression.Decompress(Section(type, Plain, 0).AsSpan(..24), 1 << 20) is null or []);
        Assert.Null(ElfCompression.Decompress(Section(type, Plain, 1).AsSpan(..24), 1 << 20));
    }

    /// <summary>A compressed section as it stands in a file.</summary>
    /// <param name="claim">The size that the header claims, where it is not that of <paramref name="plain"/>.</param>
    public static byte[] Section(uint type, ReadOnlySpan<byte> plain, ulong? claim = null)
    {
        byte[] header = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), claim ?? (ulong)plain.Length);
        using var zstd = new ZstdSharp.Compressor();
        return [.. header, .. type == Zstd ? zstd.Wrap(plain).ToArray() : Deflate(plain)];
    }

    private static byte[] Deflate(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write(plain);
        }

        return packed.ToArray();
    }
}
