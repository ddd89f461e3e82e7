using System.Text;
using CsCheck;

namespace Hud.Target.Tests.Kernel;

public class KernelSymbolsTests
{
    private const string Text = """
        ffffffff81000000 T startup_64
        ffffffff81000100 t first_alias
        ffffffff81000100 T second_alias
        ffffffff81000200 D some_data
        ffffffff81000300 T last_core
        ffffffffc0000000 t module_function	[ext4]
        ffffffffa0000000 t early_module	[raid]
        """;

    private static KernelSymbols Parse(string text) => new(Encoding.UTF8.GetBytes(text).AsMemory());

    [Theory]
    [InlineData(0xffffffff81000000, "startup_64")]
    [InlineData(0xffffffff810000ff, "startup_64")]
    [InlineData(0xffffffff81000180, "first_alias")]
    [InlineData(0xffffffff81000210, "first_alias")]
    [InlineData(0xffffffff81000310, "last_core")]
    [InlineData(0xffffffffa0000010, "early_module")]
    [InlineData(0xffffffffc0000010, "module_function")]
    [InlineData(0xffffffff80ffffff, null)]
    [InlineData(0xfffffffffffffff0, null)]
    [InlineData(0, null)]
    public void Address_gets_the_function_that_covers_it(ulong address, string? name) =>
        Assert.Equal(name, Parse(Text).Name(address));

    [Fact]
    public void Blanked_addresses_are_noticed()
    {
        var symbols = Parse("0000000000000000 T startup_64\n0000000000000000 T schedule\n");
        Assert.True(symbols.IsRestricted);
        Assert.Null(symbols.Name(0xffffffff81000000));
    }

    [Fact]
    public void Missing_file_is_empty_and_not_restricted()
    {
        var symbols = new KernelSymbols("/proc/no-such-file");
        Assert.Equal(0, symbols.Count);
        Assert.False(symbols.IsRestricted);
    }

    [Fact]
    public void Every_function_of_this_kernel_names_itself()
    {
        Assert.SkipUnless(Environment.UserName == "root", "kallsyms shows addresses to root only");
        var symbols = new KernelSymbols();
        Assert.SkipWhen(symbols.IsRestricted, "kptr_restrict is set");

        var first = new Dictionary<ulong, string>();
        foreach (var line in File.ReadLines("/proc/kallsyms"))
        {
            var parts = line.Split([' ', '\t'], 4);
            if (parts[1] is "t" or "T" or "w" or "W")
                first.TryAdd(Convert.ToUInt64(parts[0], 16), parts[2]);
        }
        Assert.Equal(first.Count, symbols.Count);
        Assert.All(first.Where((_, i) => i % 37 == 0), e => Assert.Equal(e.Value, symbols.Name(e.Key)));
    }

    [Fact]
    public void Garbage_never_throws() =>
        Gen.Byte.Array[0, 300].Sample(bytes => { _ = new KernelSymbols(bytes.AsMemory()).Name(1UL << 63); });
}
