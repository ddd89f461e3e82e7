using Hud.Symbols.Demangling;

namespace Hud.Symbols.Tests.Demangling;

public sealed class CppNamesTests
{
    [Theory]
    [InlineData("_Z3foov", "foo")]
    [InlineData("_ZN4llvm3Foo3barEi", "llvm::Foo::bar")]
    [InlineData("_ZN3FooC2Ev", "Foo::Foo")]
    [InlineData("_ZN3FooIiED1Ev", "Foo<int>::~Foo")]
    [InlineData("_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int>>::push_back")]
    [InlineData("_ZNK3FooplERKS_", "Foo::operator+")]
    [InlineData("_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo")]
    [InlineData("_ZZ3foovENKUlvE_clEv", "foo::{lambda#1}::operator()")]
    [InlineData("_ZTV3Foo", "vtable for Foo")]
    [InlineData("_ZN3foo3barEv.cold", "foo::bar")]
    public void Reads_the_qualified_name(string mangled, string name)
    {
        Assert.True(CppNames.TryRead(mangled, out string? read));
        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData("_Z")]
    [InlineData("_ZN")]
    [InlineData("_ZN3fo")]
    [InlineData("_ZNS5_3fooE")]
    [InlineData("main")]
    [InlineData("_ZN1a1bIXadL_Z1cEEEEvv")] // an expression
    public void Gives_up_without_a_word(string mangled) => Assert.False(CppNames.TryRead(mangled, out _));

    /// <summary>c++filt -p leaves parameters out too; it writes nested closing brackets apart and calls lambdas by their parameters.</summary>
    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/libstdc++.so.6", 0.9)] // std::string and std::ostream instead of the templates behind them
    [InlineData("/usr/lib/x86_64-linux-gnu/libLLVM-14.so.1", 0.98)]
    public void Agrees_with_cppfilt_on_nearly_all(string file, double share)
    {
        Assert.SkipUnless(File.Exists(file), $"{file} is not installed");
        List<string> symbols = [.. ExternalTool.Lines("nm", "-D", "--format=posix", file)
            .Select(line => line.Split(' ', '@')[0]).Where(name => name.StartsWith("_Z", StringComparison.Ordinal)).Distinct()];
        string list = Path.Combine(Path.GetTempPath(), $"hud-names-{Guid.NewGuid():n}");
        File.WriteAllLines(list, symbols);
        int same = 0;
        List<string> differences = [];
        foreach ((string symbol, string theirs) in symbols.Zip(ExternalTool.Lines("bash", "-c", $"c++filt -p < {list}")))
        {
            bool read = CppNames.TryRead(symbol, out string? ours);
            if (read && ours == theirs.Replace("> >", ">>", StringComparison.Ordinal).Replace("> >", ">>", StringComparison.Ordinal)) same++;
            else differences.Add($"{symbol}\n  hud {ours}\n  c++filt {theirs}");
        }
        File.Delete(list);
        Assert.True(same >= symbols.Count * share, $"{same} of {symbols.Count}\n{string.Join('\n', differences.Where((_, i) => i % Math.Max(1, differences.Count / 15) == 0))}");
    }
}
