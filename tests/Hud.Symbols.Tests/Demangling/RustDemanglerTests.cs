using Hud.Symbols.Demangling;

namespace Hud.Symbols.Tests.Demangling;

public sealed class RustDemanglerTests
{
    public static TheoryData<string, string> Names()
    {
        TheoryData<string, string> data = [];
        using Stream stream = typeof(RustDemanglerTests).Assembly.GetManifestResourceStream("Demangling.names.tsv")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var mangled, var readable]) data.Add(mangled, readable);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_as_the_compiler_and_nm_do(string mangled, string readable)
    {
        Assert.True(RustDemangler.TryDemangle(mangled, out string name));
        Assert.Equal(readable, name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("_R")]
    [InlineData("_RESERVED")]
    [InlineData("_R0NvC3foo3bar")] // a later version of the encoding
    [InlineData("_RNvC3foo3ba")] // cut
    [InlineData("_RNvC3foo3bar3")] // something behind the instantiating crate
    [InlineData("_RNvB_3bar")] // a reference to itself
    [InlineData("_RNvB9_3bar")] // a reference forwards
    [InlineData("_RINvC3foo3barKj0")] // a constant without its end
    [InlineData("_RINvC3foo3barKb2_E")] // neither true nor false
    [InlineData("_RINvC3foo3barKcd800_E")] // a surrogate
    [InlineData("_RINvC3foo3barL0_E")] // a lifetime that nothing binds
    [InlineData("_ZN3foo3barE")] // C++
    [InlineData("_ZN3foo17h0123456789abcdeE")] // the hash is too short
    [InlineData("_ZN99999999999foo17h0123456789abcdefE")]
    [InlineData("main")]
    public void Leaves_other_names_as_they_are(string mangled)
    {
        Assert.False(RustDemangler.TryDemangle(mangled, out string name));
        Assert.Equal(mangled, name);
    }

    [Fact]
    public void Unknown_escapes_of_the_legacy_scheme_stay()
    {
        Assert.True(RustDemangler.TryDemangle("_ZN11_$LT$a$XX$b4c..d17h0123456789abcdefE", out string name));
        Assert.Equal("<a$XX$b::c::d", name);
    }

    [Fact]
    public void A_name_that_expands_exponentially_stops_at_the_length_limit()
    {
        // Each tuple refers three times to the one before it.
        string mangled = "_RINvC1a1b";
        List<int> starts = [];
        string previous = "m";
        for (int i = 0; i < 40; i++)
        {
            starts.Add(mangled.Length - 2);
            mangled += "T" + (i == 0 ? "mmm" : Reference(starts[i - 1]) + Reference(starts[i - 1]) + Reference(starts[i - 1])) + "E";
            previous = mangled;
        }
        Assert.Equal(DemangleStatus.TooLong, RustDemangler.Demangle(previous + "E", out string? name));
        Assert.Null(name);

        static string Reference(int target) => "B" + Base62(target) + "_";
    }

    [Fact]
    public void Nesting_stops_at_the_depth_limit()
    {
        Assert.Equal(DemangleStatus.TooDeep, RustDemangler.Demangle("_RINvC1a1b" + new string('R', 100_000) + "mE", out _));
        Assert.Equal(DemangleStatus.TooDeep, RustDemangler.Demangle("_R" + string.Concat(Enumerable.Repeat("Nv", 100_000)), out _));
    }

    private static string Base62(int value)
    {
        const string Digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        if (value == 0) return "";
        string text = "";
        for (int rest = value - 1; text == "" || rest > 0; rest /= 62) text = Digits[rest % 62] + text;
        return text;
    }
}
