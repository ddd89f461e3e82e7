using System.Globalization;
using System.Text.RegularExpressions;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>How an answer compares with llvm-symbolizer's. docs/symbols.md says who is right in each class.</summary>
internal enum Difference
{
    /// <summary>Same functions, inline chain, files, lines and columns.</summary>
    None,

    /// <summary>No debug information: LLVM shows the STT_FILE symbol as the file, which names an object and not a source.</summary>
    ObjectNameAsFile,

    /// <summary>A function without linkage name: ours is qualified by its namespace, LLVM's is the bare symbol or DW_AT_name.</summary>
    Qualified,

    /// <summary>LLVM shows the symbol with a suffix of an optimisation (.llvm.N, .N, .cold, .isra.0), ours is the linkage name.</summary>
    Suffix,

    /// <summary>Both names are symbols of one address: functions were folded into it, or one has several names.</summary>
    Folded,

    /// <summary>LLVM has no name: it looks for symbols in the stripped file only, ours is one of its debug file that holds the address.</summary>
    DebugFileSymbol,

    /// <summary>Anything else.</summary>
    Unexplained,
}

internal sealed partial class LlvmComparison
{
    private readonly Dictionary<ulong, List<string>> _symbolsAt = [];
    private readonly Symbolizer _symbolizer;
    private readonly ElfImage _image;
    private readonly Lazy<ILookup<string, ElfSymbol>> _debugSymbols;

    public LlvmComparison(ElfImage image, ElfImage? debugFile = null, ISplitDwarfSource? dwo = null, ElfImage? supplementary = null)
    {
        _image = image;
        _symbolizer = new Symbolizer(image, SymbolLimits.Default, debugFile, dwo, supplementary);
        _debugSymbols = new(() => AllOf((debugFile ?? image).Symbols).ToLookup(s => s.NameText.Split('@')[0]));
        Add((debugFile ?? image).Symbols);
        Add(image.DynamicSymbols);
    }

    private static IEnumerable<ElfSymbol> AllOf(ElfSymbolTable symbols)
    {
        foreach (ElfSymbol symbol in symbols)
        {
            yield return symbol;
        }
    }

    private void Add(ElfSymbolTable symbols)
    {
        foreach (ElfSymbol symbol in symbols)
        {
            // Assembly leaves its functions without a type.
            if (symbol.IsFunction || symbol is { Type: ElfSymbolType.None, SectionIndex: not 0 })
            {
                NamesAt(symbol.Value).Add(symbol.NameText.Split('@')[0]);
            }
        }
    }

    public Dictionary<Difference, int> Counts { get; } = Enum.GetValues<Difference>().ToDictionary(d => d, _ => 0);

    public List<string> Examples { get; } = [];

    /// <summary>Random addresses of .text, always the same for one file size.</summary>
    public List<ulong> Addresses(int count)
    {
        ElfSection text = _image.Sections.First(s => s.Name == ".text");
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => text.Address + (ulong)random.NextInt64((long)text.Size))];
    }

    public void Run(string path, List<ulong> addresses)
    {
        string[] output = Tool.Lines(
            "llvm-symbolizer", addresses.Select(a => "0x" + a.ToString("x", CultureInfo.InvariantCulture)), $"--obj={path}", "--inlines", "--no-demangle", "--functions=linkage");
        int line = 0;
        var frames = new List<SourceFrame>();
        foreach (ulong address in addresses)
        {
            var theirs = new List<(string Name, string Place)>();
            for (; line < output.Length && output[line].Length > 0; line += 2)
            {
                theirs.Add((output[line], output[line + 1]));
            }

            line++;
            frames.Clear();
            _symbolizer.Lookup(address, frames);
            List<(string Name, string Place)> ours = [.. frames.Select(f => (f.LinkageName ?? f.Function, $"{f.File ?? "??"}:{f.Line}:{f.Column}"))];
            if (ours.Count == 0)
            {
                ours.Add(("??", "??:0:0"));
            }

            Difference difference = Compare(address, theirs, ours);
            Counts[difference]++;
            if (difference == Difference.Unexplained && Examples.Count < 10)
            {
                Examples.Add($"0x{address:x}\n  llvm {string.Join("\n       ", theirs)}\n  ours {string.Join("\n       ", ours)}");
            }
        }

        Assert.Equal(output.Length, line);
    }

    private Difference Compare(ulong address, List<(string Name, string Place)> theirs, List<(string Name, string Place)> ours)
    {
        if (theirs.SequenceEqual(ours))
        {
            return Difference.None;
        }

        if (theirs is [("??", string place)] && ours is [(string only, string samePlace)] && samePlace == place && HasDebugSymbol(only, address))
        {
            return Difference.DebugFileSymbol;
        }

        if (theirs.Count != ours.Count)
        {
            return Difference.Unexplained;
        }

        Difference worst = Difference.None;
        for (int i = 0; i < ours.Count; i++)
        {
            (string theirName, string theirPlace) = theirs[i];
            (string ourName, string ourPlace) = ours[i];
            if (theirPlace != ourPlace)
            {
                if (ours.Count != 1 || ourPlace != "??:0:0" || !theirPlace.EndsWith(":0:0", StringComparison.Ordinal))
                {
                    return Difference.Unexplained;
                }

                worst = Difference.ObjectNameAsFile;
            }

            if (theirName != ourName)
            {
                Difference name = CompareNames(theirName, ourName);
                worst = (Difference)Math.Max((int)worst, (int)name);
            }
        }

        return worst;
    }

    private Difference CompareNames(string theirs, string ours)
    {
        // Of a debug file LLVM prints names with their versions.
        theirs = theirs.Split('@')[0];
        if (theirs == ours)
        {
            return Difference.None;
        }

        string bare = SuffixPattern().Replace(theirs, "");
        if (bare == ours || bare == SuffixPattern().Replace(ours, ""))
        {
            return Difference.Suffix;
        }

        if (ours.EndsWith("::" + bare, StringComparison.Ordinal))
        {
            return Difference.Qualified;
        }

        return _symbolsAt.Values.Any(names => names.Contains(theirs) && names.Any(n => n == ours || SuffixPattern().Replace(n, "") == ours))
            ? Difference.Folded
            : Difference.Unexplained;
    }

    private bool HasDebugSymbol(string name, ulong address) =>
        _debugSymbols.Value[name].Any(symbol => address - symbol.Value < Math.Max(symbol.Size, 1));

    private List<string> NamesAt(ulong address)
    {
        if (!_symbolsAt.TryGetValue(address, out List<string>? names))
        {
            names = [];
            _symbolsAt.Add(address, names);
        }

        return names;
    }

    [GeneratedRegex(@"(\.(llvm\.)?\d+|\.(cold|isra|constprop|part)(\.\d+)?)+$")]
    private static partial Regex SuffixPattern();
}
