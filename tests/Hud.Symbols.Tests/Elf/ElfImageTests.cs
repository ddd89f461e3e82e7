using Hud.Symbols.Elf;

namespace Hud.Symbols.Tests.Elf;

public class ElfImageTests
{
    private static readonly byte[] Libc = File.ReadAllBytes("/usr/lib/x86_64-linux-gnu/libc.so.6");

    [Fact]
    public void Refuses_what_is_no_elf_file_with_a_sentence()
    {
        Assert.Null(ElfImage.TryRead("#!/bin/sh\n"u8.ToArray(), SymbolLimits.Default, out string? problem));
        Assert.Contains("too short", problem, StringComparison.Ordinal);
        Assert.Null(ElfImage.TryRead(new byte[100], SymbolLimits.Default, out problem));
        Assert.Contains("not an ELF file", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_other_processors_and_word_sizes()
    {
        byte[] other = [.. Libc];
        other[4] = 1;
        Assert.Null(ElfImage.TryRead(other, SymbolLimits.Default, out string? problem));
        Assert.Contains("64-bit", problem, StringComparison.Ordinal);
        other[4] = 2;
        other[18] = 243;
        Assert.Null(ElfImage.TryRead(other, SymbolLimits.Default, out problem));
        Assert.Contains("machine 243", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_and_file_offsets_convert_both_ways()
    {
        ElfImage image = ElfImage.TryRead(Libc, SymbolLimits.Default, out _)!;
        foreach (ElfSegment segment in image.Segments.Where(s => s.Type == ElfSegmentType.Load))
        {
            Assert.True(image.TryGetFileOffset(segment.VirtualAddress + segment.FileSize - 1, out ulong offset));
            Assert.Equal(segment.FileOffset + segment.FileSize - 1, offset);
        }

        ElfSegment text = image.Segments.First(s => s.Flags.HasFlag(ElfSegmentFlags.Execute));
        Assert.True(image.TryGetImageAddress(text.FileOffset + 5, out ulong address));
        Assert.Equal(text.VirtualAddress + 5, address);
        Assert.True(image.IsExecutable(address));
        Assert.False(image.TryGetFileOffset(ulong.MaxValue, out _));
    }

    [Fact]
    public void Tls_segment_of_libc_is_found()
    {
        ElfImage image = ElfImage.TryRead(Libc, SymbolLimits.Default, out _)!;
        Assert.True(image.TlsSegment is { MemorySize: > 0, Alignment: >= 8 });
    }

    [Theory]
    [InlineData("/usr/bin/git")]
    [InlineData("/usr/lib/x86_64-linux-gnu/libc.so.6")]
    public void Relative_relocations_match_readelf(string path) => CompareRelocations(path, "R_X86_64_RELATIVE");

    [Theory]
    [InlineData("lib/aarch64-linux-gnu/libc.so.6")]
    [InlineData("usr/bin/rg")]
    public void Relative_relocations_of_aarch64_match_readelf(string file) => CompareRelocations(Arm64Packages.Path(file), "R_AARCH64_RELATIVE");

    private static void CompareRelocations(string path, string type)
    {
        Assert.SkipUnless(Tool.Exists("readelf") && File.Exists(path), $"readelf or {path} is not installed");
        ElfImage image = ElfImage.TryRead(File.ReadAllBytes(path), SymbolLimits.Default, out _)!;
        var expected = new List<string>();
        bool relr = false;
        foreach (string line in Tool.Lines("readelf", "-W", "-r", path))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            relr = line.StartsWith("Relocation section", StringComparison.Ordinal) ? line.Contains(".relr", StringComparison.Ordinal) : relr;
            if ((words is [_, _, _, _] && words[2] == type) || (relr && words is [{ Length: 16 }]))
            {
                expected.Add(words[0].TrimStart('0'));
            }
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected, image.RelativeRelocations().Select(r => $"{r.Address:x}"));
        Assert.All(image.RelativeRelocations(), r => Assert.Contains(image.Segments, s => r.Target - s.VirtualAddress <= s.MemorySize));
    }

    [Fact]
    public void Truncated_files_keep_their_segments()
    {
        ElfImage image = ElfImage.TryRead(Libc.AsMemory(0, 4096), SymbolLimits.Default, out string? problem)!;
        Assert.Null(problem);
        Assert.NotEmpty(image.Segments);
        Assert.Empty(image.Sections);
        Assert.Equal(0, image.Symbols.Count);
    }
}
