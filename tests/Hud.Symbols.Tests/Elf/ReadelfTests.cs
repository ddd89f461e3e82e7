using System.Globalization;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Tests.Elf;

/// <summary>
/// Sections, segments, build ids and symbols of the system's binaries, as readelf prints them: a sample of /usr/bin in a normal run,
/// all of it in the explicit test.
/// </summary>
public class ReadelfTests
{
    public static TheoryData<string> Sample => [.. Binaries().Where((_, i) => i % 17 == 0)];

    [Theory]
    [MemberData(nameof(Sample))]
    public void Reads_what_readelf_reads(string path) => Compare(path);

    public static TheoryData<string> Arm64 => Arm64Packages.Files;

    [Theory]
    [MemberData(nameof(Arm64))]
    public void Reads_what_readelf_reads_of_arm64_packages(string file) => Compare(Arm64Packages.Path(file));

    [Fact]
    public void Reads_what_readelf_reads_of_hud_itself()
    {
        string hud = Path.Combine(Symbolization.Fixture.Root, "artifacts/publish/hud");
        Assert.SkipUnless(File.Exists(hud), $"{hud} is not built");
        Compare(hud);
        Compare(hud + ".dbg");
    }

    [Fact(Explicit = true), Trait("Length", "Long")]
    public void Reads_what_readelf_reads_of_every_program()
    {
        string[] files = [.. Binaries()];
        Assert.True(files.Length > 100, $"only {files.Length} programs");
        Assert.All(files, Compare);
        TestContext.Current.TestOutputHelper?.WriteLine($"{files.Length} programs");
    }

    private static IEnumerable<string> Binaries() => Directory.GetFiles("/usr/bin").Order(StringComparer.Ordinal).Where(IsElf);

    private static void Compare(string path)
    {
        Assert.SkipUnless(Tool.Exists("readelf"), "readelf is not installed");
        ElfImage image = ElfImage.TryRead(File.ReadAllBytes(path), SymbolLimits.Default, out string? problem)!;
        Assert.Null(problem);
        string[] output = Tool.Lines("readelf", "-W", "-h", "-S", "-l", "-n", "--syms", path);

        Assert.Equal(ExpectedSections(output), image.Sections.Select(s => $"{s.Name} {s.Address:x16} {s.Offset:x6} {s.Size:x6}"));
        Assert.Equal(ExpectedSegments(output), image.Segments.Select(s =>
            $"0x{s.FileOffset:x6} 0x{s.VirtualAddress:x16} 0x{s.FileSize:x6} 0x{s.MemorySize:x6}"));
        Assert.Equal(output.FirstOrDefault(l => l.Contains("Build ID:", StringComparison.Ordinal))?.Split("Build ID:")[1].Trim(), image.BuildId);
        Assert.Equal(ExpectedSymbols(output, ".dynsym"), Describe(image.DynamicSymbols));
        Assert.Equal(ExpectedSymbols(output, ".symtab"), Describe(image.Symbols));
    }

    private static bool IsElf(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[20];
        return file.ReadAtLeast(magic, 20, false) == 20 && magic.StartsWith("\u007fELF\u0002"u8) && magic[18] is 62 or 183;
    }

    private static List<string> ExpectedSections(string[] output)
    {
        var sections = new List<string>();
        foreach (string line in output.Where(l => l.StartsWith("  [", StringComparison.Ordinal) && l.Contains(']', StringComparison.Ordinal)))
        {
            string body = line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..];
            string[] words = body.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 3 && words[0] != "Name")
            {
                // Section 0 has no name, so its type comes first.
                bool nameless = words[0] == "NULL";
                int address = Array.FindIndex(words, nameless ? 0 : 1, w => w.Length == 16 && w.All(Uri.IsHexDigit));
                sections.Add($"{(nameless ? "" : words[0])} {words[address]} {words[address + 1]} {words[address + 2]}");
            }
        }

        return sections;
    }

    private static List<string> ExpectedSegments(string[] output)
    {
        var segments = new List<string>();
        foreach (string line in output)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 6 && words[1].StartsWith("0x", StringComparison.Ordinal) && words[2].Length == 18 && words[3].Length == 18)
            {
                segments.Add($"{words[1]} {words[2]} {words[4]} {words[5]}");
            }
        }

        return segments;
    }

    private static List<string> ExpectedSymbols(string[] output, string table)
    {
        var symbols = new List<string>();
        bool inside = false;
        foreach (string line in output)
        {
            if (line.StartsWith("Symbol table '", StringComparison.Ordinal))
            {
                inside = line.Contains($"'{table}'", StringComparison.Ordinal);
            }
            else if (inside && line.TrimStart() is [>= '0' and <= '9', ..] && line.Contains(": ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                string size = words[2].StartsWith("0x", StringComparison.Ordinal) ? words[2] : "0x" + ulong.Parse(words[2], CultureInfo.InvariantCulture).ToString("x", CultureInfo.InvariantCulture);
                string name = words[3] != "SECTION" && words.Length > 7 ? words[7].Split('@')[0] : "";
                symbols.Add($"{words[1]} {size} {words[3]} {words[6]} {name}");
            }
        }

        return symbols;
    }

    private static List<string> Describe(ElfSymbolTable table)
    {
        var symbols = new List<string>();
        foreach (ElfSymbol symbol in table)
        {
            string type = symbol.Type switch
            {
                ElfSymbolType.None => "NOTYPE",
                ElfSymbolType.Function => "FUNC",
                ElfSymbolType.IndirectFunction => "IFUNC",
                _ => symbol.Type.ToString().ToUpperInvariant(),
            };
            string section = symbol.SectionIndex switch { 0 => "UND", 0xfff1 => "ABS", 0xfff2 => "COM", uint i => i.ToString(CultureInfo.InvariantCulture) };
            string name = symbol.Type == ElfSymbolType.Section ? "" : symbol.NameText.Split('@')[0];
            symbols.Add($"{symbol.Value:x16} 0x{symbol.Size:x} {type} {section} {name}");
        }

        return symbols;
    }
}
