using System.IO.Compression;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Tests.Elf;

/// <summary>Damaged ELF files and compressed sections: values, never an exception.</summary>
public class ElfFuzz
{
    [Theory]
    [InlineData("/usr/bin/true")]
    [InlineData("/usr/lib/x86_64-linux-gnu/libdl.so.2")]
    public void Headers_symbols_notes_and_relocations(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"{path} is not there");
        byte[] seed = File.ReadAllBytes(path);
        ElfImage image = ElfImage.TryRead(seed, SymbolLimits.Default, out _)!;
        (int, int)[] tables = Mutations.Sections(image, ".dynsym", ".dynstr", ".note", ".dynamic", ".rel", ".shstrtab", ".gnu_debuglink");
        // Headers twice: they decide where everything else is.
        Mutations.Run(seed, [(0, 64), (0, 64), (64, 56 * image.Segments.Count), (seed.Length - 64 * image.Sections.Count, 64 * image.Sections.Count), .. tables], Read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Compressed_sections(uint type)
    {
        byte[] plain = [.. Enumerable.Range(0, 3_000).Select(i => (byte)(i * i >> 9))];
        using var zstd = new ZstdSharp.Compressor();
        byte[] packed = type == 2 ? zstd.Wrap(plain).ToArray() : Zlib(plain);
        byte[] seed = [(byte)type, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes((ulong)plain.Length), 1, 0, 0, 0, 0, 0, 0, 0, .. packed];
        Mutations.Run(seed, [(0, seed.Length), (0, 24)], bytes => ElfCompression.Decompress(bytes, 1 << 20));
    }

    private static byte[] Zlib(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(plain);
        }

        return packed.ToArray();
    }

    private static void Read(byte[] bytes)
    {
        if (ElfImage.TryRead(bytes, Mutations.Limits, out string? problem) is not { } image)
        {
            Assert.NotNull(problem);
            return;
        }

        foreach (ElfSection section in image.Sections.Take(64))
        {
            image.TryGetSection(section.Name, out _, out ulong address);
            image.TryGetFileOffset(address, out ulong offset);
            image.TryGetImageAddress(offset, out _);
        }

        foreach (ElfSymbol symbol in image.DynamicSymbols)
        {
            _ = symbol.Name.Length;
        }

        _ = image.RelativeRelocations().Take(10_000).Count();
        _ = (image.DebugLink, image.DebugAltLink, image.BuildId, image.TlsSegment);
    }
}
