using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Unwind;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>Why a name or a line is missing, on programs made to lack them.</summary>
public class NameGapTests
{
    [Fact]
    public void Nothing_is_missing_with_debug_information() => Assert.Equal(NameGap.None, GapAtEntry(SmallProgram.Build("gcc", "-O2", "-gdwarf-5")));

    [Fact]
    public void A_build_without_debug_information_has_names_only() =>
        Assert.Equal(NameGap.NoDebugInformation, GapAtEntry(SmallProgram.Build("gcc", "-O2")));

    [Fact]
    public void A_skeleton_without_its_split_unit_has_lines_only() =>
        Assert.Equal(NameGap.NoSplitUnit, GapAtEntry(SmallProgram.Build("gcc", "-O2", "-gdwarf-5", "-gsplit-dwarf")));

    [Fact]
    public void A_stripped_program_has_no_names()
    {
        ElfImage image = Fixture.Image("/usr/bin/true");
        Assert.SkipUnless(image.Symbols.Count == 0, "/usr/bin/true is not stripped");
        Assert.Equal(NameGap.NoSymbols, GapAtEntry(image));
    }

    [Fact]
    public void Code_outside_every_symbol_has_no_name()
    {
        var symbolizer = new Symbolizer(SmallProgram.Build("gcc", "-O2", "-gdwarf-5"), SymbolLimits.Default);
        Assert.Equal(0, symbolizer.Lookup(1, [], out NameGap gap));
        Assert.Equal(NameGap.NoSymbolHere, gap);
    }

    /// <summary>The C library's start code comes without debug information, which the program around it has.</summary>
    [Fact]
    public void Code_that_debug_information_leaves_out_has_names_only()
    {
        ElfImage image = new NativeFixture("gcc", ["-gdwarf-5", "-O1"]).Image;
        var symbolizer = new Symbolizer(image, SymbolLimits.Default);
        foreach (ElfSymbol symbol in image.Symbols)
        {
            if (symbol.NameText is "_start" or "main")
            {
                symbolizer.Lookup(symbol.Value, []);
            }
        }

        Assert.Equal(1, symbolizer.Gaps[NameGap.NotDescribed]);
        Assert.Equal(1, symbolizer.Gaps[NameGap.None]);
        Assert.Equal(2, symbolizer.Gaps.Total);
    }

    [Fact]
    public void An_address_counts_once()
    {
        var symbolizer = new Symbolizer(SmallProgram.Build("gcc", "-O2", "-gdwarf-5"), SymbolLimits.Default);
        symbolizer.Lookup(1, []);
        symbolizer.Lookup(1, []);
        Assert.Equal(1, symbolizer.Gaps[NameGap.NoSymbolHere]);
        Assert.Equal(1, symbolizer.Gaps.Total);
    }

    [Fact]
    public void Every_reason_has_a_sentence_of_its_own()
    {
        string[] sentences = [.. Enum.GetValues<NameGap>().Select(g => g.Sentence()), .. Enum.GetValues<StopReason>().Select(r => r.Sentence())];
        Assert.All(sentences, sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
        Assert.DoesNotContain("Unknown.", sentences);
        Assert.Distinct([.. Enum.GetValues<NameGap>().Select(g => g.Sentence())]);
        Assert.Distinct([.. Enum.GetValues<StopReason>().Select(r => r.Sentence())]);
    }

    private static NameGap GapAtEntry(ElfImage image)
    {
        ElfSection text = image.Sections.First(s => s.Name == ".text");
        new Symbolizer(image, SymbolLimits.Default).Lookup(text.Address + 8, [], out NameGap gap);
        return gap;
    }
}
