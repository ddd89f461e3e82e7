using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>C and C++ by gcc and clang: plain builds against llvm-symbolizer; the same code in other containers against the plain build.</summary>
public class NativeDifferentialTests
{
    private const int Count = 2_000;

    public static TheoryData<string, string, string> Compilers => new MatrixTheoryData<string, string, string>(
        ["gcc", "clang"], ["-gdwarf-4", "-gdwarf-5"], ["-O0", "-O2"]);

    public static TheoryData<string, string, string> Optimised => new MatrixTheoryData<string, string, string>(
        ["gcc", "clang"], ["-gdwarf-4", "-gdwarf-5"], ["-O2"]);

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Agrees_with_llvm(string compiler, string version, string optimisation) => CheckAgainstLlvm(new NativeFixture(compiler, [version, optimisation]));

    [Theory]
    [MemberData(nameof(Optimised))]
    public void Agrees_with_llvm_on_type_units(string compiler, string version, string optimisation) =>
        CheckAgainstLlvm(new NativeFixture(compiler, [version, optimisation, "-fdebug-types-section"]));

    [Theory]
    [MemberData(nameof(Optimised))]
    public void Split_dwarf_says_the_same_as_plain(string compiler, string version, string optimisation)
    {
        var plain = new NativeFixture(compiler, [version, optimisation]);
        var split = new NativeFixture(compiler, [version, optimisation, "-gsplit-dwarf"]);
        CheckSame(plain, new Symbolizer(split.Image, SymbolLimits.Default, dwo: split), split.Image);
    }

    /// <summary>Types in units of their own, in the .dwo files too.</summary>
    [Theory]
    [MemberData(nameof(Optimised))]
    public void Split_type_units_say_the_same_as_plain(string compiler, string version, string optimisation)
    {
        var plain = new NativeFixture(compiler, [version, optimisation]);
        var split = new NativeFixture(compiler, [version, optimisation, "-gsplit-dwarf", "-fdebug-types-section"]);
        CheckSame(plain, new Symbolizer(split.Image, SymbolLimits.Default, dwo: split), split.Image);
    }

    [Theory]
    [MemberData(nameof(Optimised))]
    public void A_dwarf_package_says_the_same_as_plain(string compiler, string version, string optimisation)
    {
        Assert.SkipUnless(Tool.Exists("llvm-dwp"), "llvm-dwp is not installed");
        var plain = new NativeFixture(compiler, [version, optimisation]);
        var split = new NativeFixture(compiler, [version, optimisation, "-gsplit-dwarf"], package: true);
        Assert.SkipWhen(split.Package is null, "llvm-dwp wrote no package");
        CheckSame(plain, new Symbolizer(split.Image, SymbolLimits.Default, dwo: split), split.Image);
    }

    [Theory]
    [InlineData("-gz=zlib")]
    [InlineData("-gz=zlib-gnu")]
    public void Compressed_sections_say_the_same_as_plain(string flag)
    {
        var plain = new NativeFixture("gcc", ["-gdwarf-5", "-O2"]);
        var compressed = new NativeFixture("gcc", ["-gdwarf-5", "-O2", flag]);
        CheckSame(plain, new Symbolizer(compressed.Image, SymbolLimits.Default), compressed.Image);
    }

    /// <summary>Debian's binutils write no zstd, so the sections are compressed here.</summary>
    [Theory]
    [InlineData(ElfCompressionTests.Zlib)]
    [InlineData(ElfCompressionTests.Zstd)]
    public void Sections_compressed_as_the_ELF_standard_says_say_the_same_as_plain(uint type)
    {
        var plain = new NativeFixture("gcc", ["-gdwarf-5", "-O2"]);
        ElfImage compressed = ElfImage.TryRead(Compress(plain.Image, type), SymbolLimits.Default, out _)!;
        Assert.Contains(compressed.Sections, s => s.Name == ".debug_info" && s.Flags.HasFlag(ElfSectionFlags.Compressed));
        CheckSame(plain, new Symbolizer(compressed, SymbolLimits.Default), compressed);
    }

    /// <summary>A copy of a file with its .debug_ sections compressed at the end of it.</summary>
    private static byte[] Compress(ElfImage image, uint type)
    {
        using var file = new MemoryStream();
        file.Write(image.File.Span);
        byte[] original = image.File.ToArray();
        long headers = BitConverter.ToInt64(original, 40);
        for (int i = 0; i < image.Sections.Count; i++)
        {
            ElfSection section = image.Sections[i];
            if (!section.Name.StartsWith(".debug_", StringComparison.Ordinal))
            {
                continue;
            }

            byte[] packed = ElfCompressionTests.Section(type, original.AsSpan((int)section.Offset, (int)section.Size));
            long at = file.Length;
            file.Write(packed);
            // sh_flags, sh_offset and sh_size.
            Patch(headers + i * 64 + 8, (long)(section.Flags | ElfSectionFlags.Compressed));
            Patch(headers + i * 64 + 24, at);
            Patch(headers + i * 64 + 32, packed.Length);
        }

        return file.ToArray();

        void Patch(long at, long value)
        {
            file.Position = at;
            file.Write(BitConverter.GetBytes(value));
            file.Position = file.Length;
        }
    }

    [Fact]
    public void A_separate_debug_file_says_the_same_and_another_builds_is_refused()
    {
        Assert.SkipUnless(Tool.Exists("objcopy"), "objcopy is not installed");
        var plain = new NativeFixture("gcc", ["-gdwarf-4", "-O2"]);
        var other = new NativeFixture("gcc", ["-gdwarf-4", "-O0"]);
        plain.Run("objcopy", "--only-keep-debug", "program", "program.debug");
        plain.Run("objcopy", "--strip-all", "--add-gnu-debuglink=program.debug", "program", "stripped");
        ElfImage stripped = Fixture.Image(Path.Combine(plain.Folder, "stripped"));
        ElfImage debug = Fixture.Image(Path.Combine(plain.Folder, "program.debug"));
        Assert.Null(DebugFileMatch.Problem(stripped, debug));
        Assert.Contains("build id", DebugFileMatch.Problem(stripped, other.Image), StringComparison.Ordinal);
        Assert.Contains("neither", DebugFileMatch.Problem(stripped, stripped), StringComparison.Ordinal);
        Assert.Equal(stripped.DebugLink!.Value.Crc, DebugFileMatch.Crc(debug.File.Span));
        string[] paths = [.. DebugFilePaths.ForImage(stripped, "/usr/bin/program")];
        Assert.Contains($"/usr/lib/debug/.build-id/{stripped.BuildId![..2]}/{stripped.BuildId[2..]}.debug", paths);
        Assert.Contains("/usr/lib/debug/usr/bin/program.debug", paths);
        CheckSame(plain, new Symbolizer(stripped, SymbolLimits.Default, debug), stripped);
    }

    [Theory]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-5")]
    public void A_file_shared_by_dwz_says_the_same(string version)
    {
        Assert.SkipUnless(Tool.Exists("dwz"), "dwz is not installed");
        var plain = new NativeFixture("gcc", [version, "-O2"]);
        plain.Run("cp", "program", "first");
        plain.Run("cp", "program", "second");
        plain.Run("dwz", ["-m", "shared", .. version == "-gdwarf-5" ? ["--dwarf-5"] : Array.Empty<string>(), "first", "second"]);
        ElfImage image = Fixture.Image(Path.Combine(plain.Folder, "first"));
        ElfImage shared = Fixture.Image(Path.Combine(plain.Folder, "shared"));
        Assert.EndsWith("shared", image.DebugAltLink!.Value.FileName, StringComparison.Ordinal);
        CheckSame(plain, new Symbolizer(image, SymbolLimits.Default, supplementary: shared), image);
    }

    private static void CheckAgainstLlvm(NativeFixture build)
    {
        Assert.SkipUnless(Tool.Exists("llvm-symbolizer"), "llvm-symbolizer is not installed");
        var comparison = new LlvmComparison(build.Image);
        comparison.Run(build.Program, comparison.Addresses(Count));
        Assert.True(comparison.Counts[Difference.Unexplained] <= Count / 1000, string.Join('\n', comparison.Examples));
    }

    private static void CheckSame(NativeFixture plain, Symbolizer other, ElfImage otherImage)
    {
        var symbolizer = new Symbolizer(plain.Image, SymbolLimits.Default);
        ElfSection text = plain.Image.Sections.First(s => s.Name == ".text");
        ulong delta = otherImage.Sections.First(s => s.Name == ".text").Address - text.Address;
        var expected = new List<SourceFrame>();
        var actual = new List<SourceFrame>();
        for (ulong offset = 0; offset < text.Size; offset += 7)
        {
            symbolizer.Lookup(text.Address + offset, expected);
            other.Lookup(text.Address + offset + delta, actual);
            Assert.Equal(string.Join('\n', expected.Select(Describe)), string.Join('\n', actual.Select(Describe)));
            expected.Clear();
            actual.Clear();
        }
    }

    /// <summary>The compilation directory differs: every build has its own.</summary>
    private static string Describe(SourceFrame frame) => $"{frame.Function} {frame.LinkageName} {Path.GetFileName(frame.File)} {frame.Line}:{frame.Column} {frame.IsInlined}";
}
