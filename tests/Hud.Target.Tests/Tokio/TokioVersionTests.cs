using System.Text;
using CsCheck;
using Hud.Symbols;
using Hud.Symbols.Elf;

namespace Hud.Target.Tests.Tokio;

public class TokioVersionTests
{
    [Theory]
    [InlineData("/root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.38.0/src/runtime/park.rs", "1.38.0")]
    [InlineData("C:\\registry\\tokio-1.53.1\\src\\lib.rs", "1.53.1")]
    [InlineData("tokio-1.0.0-alpha.1/src", "1.0.0-alpha.1")]
    [InlineData("tokio-1.45.0+build.7/src", "1.45.0+build.7")]
    [InlineData("/sources/tokio-1.53.1-202caea871b69668250d242070849eb495be178ed697a3e98aebce5bc81a0bed/src/signal/ctrl_c.rs", "1.53.1")]
    [InlineData("tokio-1./tokio-1.x/tokio-1.2.3.4/tokio-1.2./tokio-1..2/tokio-1.7.0/src", "1.7.0")]
    [InlineData("tokio-util-0.7.3/src tokio-1.38.0 tokio-0.2.1/src", null)]
    [InlineData("tokio-1.", null)]
    [InlineData("tokio-1.2.3", null)]
    [InlineData("tokio-1.1234567890123456789012345678901234567890.1/", null)]
    [InlineData("", null)]
    public void Version_is_taken_from_paths(string text, string? version) =>
        Assert.Equal(version, TokioVersion.Find(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("1.38.0", 38, true)]
    [InlineData("1.38.0", 39, false)]
    [InlineData("1.9.2", 22, false)]
    [InlineData(null, 22, true)]
    public void Age_is_compared_by_number(string? version, int minor, bool expected) =>
        Assert.Equal(expected, new TokioPresence(version, "").IsAtLeast(minor));

    [Theory]
    [InlineData("1.28.2", false)]
    [InlineData("1.29.0", true)]
    [InlineData(null, false)]
    public void Polls_of_one_tick_are_few_only_where_the_version_is_known_to_see_to_it(string? version, bool bounds) =>
        Assert.Equal(bounds, new TokioPresence(version, "").BoundsLifoPolls);

    [Theory]
    [InlineData("/root/.cargo/git/checkouts/tokio-377c595163f99a10/4b174ce/tokio/src/runtime/park.rs", true)]
    [InlineData("tokio/src/runtime/\0tokio/src/runtime/task/mod.rs:5", true)]
    [InlineData("tokio/src/runtime/ tokio-1. library/std/src main.rs", false)]
    [InlineData("tokio/src/runtime/", false)]
    public void Source_paths_without_a_version_tell_too(string text, bool expected) =>
        Assert.Equal(expected, TokioVersion.NamesSource(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    [InlineData("stripped")]
    public void Every_build_of_the_fixture_shows_its_version(string build)
    {
        var presence = TokioVersion.Detect(Fixture.Image(Fixture.Path(build)));
        Assert.NotNull(presence);
        Assert.Matches(@"^1\.\d+\.\d+$", presence.Version);
    }

    /// <summary>mold leaves strings in a section of their own, beside .rodata.</summary>
    [Theory]
    [InlineData(".rodata.str")]
    [InlineData(".rodata.str1.1")]
    public void Strings_in_a_section_of_their_own_tell_too(string section)
    {
        const string Source = """
            const char path[] __attribute__((section("strings"))) = "/src/tokio-1.38.0/src/runtime/park.rs /rustc/0123/library";
            const int number = 1;
            int main(void) { return path[number]; }
            """;
        using var folder = new TemporaryFolder();
        var program = Compiler.Build(folder, "app", Source);
        Compiler.Run("objcopy", "--rename-section", $"strings={section}", program);
        var image = Fixture.Image(program);
        Assert.Equal("1.38.0", TokioVersion.DetectQuickly(image)?.Version);
        Assert.True(TokioVersion.IsRust(image));
    }

    [Fact]
    public void Programs_without_Tokio_have_none()
    {
        var looked = 0;
        foreach (var path in Directory.EnumerateFiles("/usr/bin").Where(f => new FileInfo(f) is { LinkTarget: null, Length: > 0 }).Take(300))
        {
            if (ElfImage.TryRead(File.ReadAllBytes(path), SymbolLimits.Default, out _) is not { } image)
                continue;
            looked++;
            Assert.True(TokioVersion.Detect(image) is null or { Evidence: "path strings" }, path);
        }
        Assert.True(looked > 50, $"{looked} ELF files in /usr/bin");
    }

    [Fact]
    public void Garbage_never_throws() =>
        Gen.Char["tokio-1.23/\\+"].Array[0, 100].Sample(text => { TokioVersion.Find(Encoding.UTF8.GetBytes(text)); });
}
