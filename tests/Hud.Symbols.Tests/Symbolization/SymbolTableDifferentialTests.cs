using System.Globalization;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>The symbol at random text addresses of programs without debug information, as nm's table has it.</summary>
public sealed class SymbolTableDifferentialTests
{
    private const int Few = 4_000;
    private const int Many = 100_000;

    [Theory]
    [InlineData("bin/rustc")]
    [InlineData("bin/rustdoc")]
    public void Agrees_with_nm(string file) => Check(Path.Combine(ExternalTool.RustSysroot(), file), Few);

    [Theory(Explicit = true), Trait("Length", "Long")]
    [InlineData("bin/rustc")]
    [InlineData("bin/rustdoc")]
    public void Agrees_with_nm_on_100_000_addresses(string file) => Check(Path.Combine(ExternalTool.RustSysroot(), file), Many);

    [Fact(Explicit = true), Trait("Length", "Long")]
    public void Agrees_with_nm_on_100_000_addresses_of_the_compiler() =>
        Check(Directory.EnumerateFiles(Path.Combine(ExternalTool.RustSysroot(), "lib"), "librustc_driver*.so").First(), Many);

    private static void Check(string file, int count)
    {
        ElfImage image = Fixture.Image(file);
        ElfSection text = image.Sections.First(s => s.Name == ".text");
        List<(ulong Start, ulong End, string Name)> functions = Functions(file);
        var symbolizer = new Symbolizer(image, SymbolLimits.Default);
        var random = new Random(7);
        var frames = new List<SourceFrame>();
        List<string> differences = [];
        int named = 0;
        for (int i = 0; i < count; i++)
        {
            ulong address = text.Address + (ulong)random.NextInt64((long)text.Size);
            frames.Clear();
            symbolizer.Lookup(address, frames);
            string? ours = frames.Count == 0 ? null : frames[^1].LinkageName;
            string[] theirs = Holding(functions, address);
            named += theirs.Length > 0 ? 1 : 0;
            // Without a symbol that holds the address, one without a size in front of it may be meant.
            bool same = theirs.Length == 0 ? frames.Count <= 1 : ours is not null && theirs.Contains(ours);
            if (!same) differences.Add($"0x{address:x}: hud {ours}, nm {string.Join(' ', theirs)}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {named} of {count} in a symbol, {differences.Count} differ");
        Assert.True(named > count / 2, $"only {named} of {count} addresses lie in a symbol");
        Assert.True(differences.Count <= count / 1000, string.Join('\n', differences.Take(20)));
    }

    /// <summary>The names of the innermost function around an address: those that start last.</summary>
    private static string[] Holding(List<(ulong Start, ulong End, string Name)> functions, ulong address)
    {
        int low = 0, high = functions.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = functions[middle].Start <= address ? (middle + 1, high) : (low, middle);
        }
        const int Nesting = 64;
        for (int i = low - 1; i >= 0 && i > low - Nesting; i--)
        {
            if (address < functions[i].End)
            {
                int first = i, last = i;
                while (first > 0 && functions[first - 1].Start == functions[i].Start) first--;
                while (last + 1 < functions.Count && functions[last + 1].Start == functions[i].Start) last++;
                return [.. functions[first..(last + 1)].Select(f => f.Name)];
            }
        }
        return [];
    }

    /// <summary>"0000000000001000 0000000000000020 T name", sorted by address; data has other letters.</summary>
    private static List<(ulong Start, ulong End, string Name)> Functions(string file)
    {
        List<(ulong Start, ulong End, string Name)> functions = [];
        foreach (string line in ExternalTool.Lines("nm", "-n", "-S", "--defined-only", file))
        {
            string[] words = line.Split(' ', 4);
            if (words.Length == 4 && words[2] is "t" or "T" or "w" or "W" or "i" or "u")
            {
                ulong start = ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                functions.Add((start, start + ulong.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), words[3].Split('@')[0]));
            }
        }
        return functions;
    }
}
