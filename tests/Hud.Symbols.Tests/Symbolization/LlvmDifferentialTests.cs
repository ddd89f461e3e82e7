using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>
/// Function, inline chain, file, line and column at random text addresses, as llvm-symbolizer has them: a few thousand of the Rust fixture in a
/// normal run; 100 000 of every program with debug information that is there in the explicit tests.
/// </summary>
public class LlvmDifferentialTests
{
    private const int Few = 4_000;
    private const int Many = 100_000;

    public static TheoryData<string, string> Builds => new MatrixTheoryData<string, string>(
        ["dev", "release", "release-debug", "fat-lto"], ["-Cdwarf-version=4", "-Cdwarf-version=5"]);

    [Theory]
    [InlineData("dev")]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    public void Agrees_on_rust_programs(string profile) => Check(Fixture.Path(profile), null, Few);

    [Theory]
    [InlineData("dev")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    public void Agrees_on_dwarf_5(string profile) => Check(Fixture.Path(profile, "-Cdwarf-version=5"), null, Few);

    [Fact]
    public void Agrees_on_hud_itself()
    {
        string hud = Path.Combine(Fixture.Root, "artifacts/publish/hud");
        Assert.SkipUnless(File.Exists(hud), $"{hud} is not built");
        Check(hud, hud + ".dbg", Few);
    }

    /// <summary>LLVM is given the debug file, which it would look for in the system's own folder.</summary>
    [Fact]
    public void Agrees_on_the_C_library_of_aarch64() =>
        Check(Arm64Packages.Path("lib/aarch64-linux-gnu/libc.so.6"), Arm64Packages.LibcDebugFile(), Few, Arm64Packages.LibcDebugFile());

    [Theory(Explicit = true), Trait("Length", "Long")]
    [MemberData(nameof(Builds))]
    public void Agrees_on_100_000_addresses_of_the_fixture(string profile, string version) => Check(Fixture.Path(profile, version), null, Many);

    /// <summary>Tokio programs: what the product is for.</summary>
    [Theory(Explicit = true), Trait("Length", "Long")]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    public void Agrees_on_100_000_addresses_of_a_tokio_program(string profile) =>
        Check(Fixture.TokioProgram(profile), null, Many);

    /// <summary>Programs with the debug information of std and of C libraries only.</summary>
    [Theory(Explicit = true), Trait("Length", "Long")]
    [InlineData("bin/cargo")]
    [InlineData("bin/cargo-fmt")]
    [InlineData("bin/clippy-driver")]
    [InlineData("bin/rustfmt")]
    public void Agrees_on_100_000_addresses_of_the_toolchain(string program) => Check(Path.Combine(ExternalTool.RustSysroot(), program), null, Many);

    [Fact(Explicit = true), Trait("Length", "Long")]
    public void Agrees_on_100_000_addresses_of_libc() => Check("/lib/x86_64-linux-gnu/libc.so.6", null, Many);

    /// <summary>C# by NativeAOT.</summary>
    [Fact(Explicit = true), Trait("Length", "Long")]
    public void Agrees_on_100_000_addresses_of_hud()
    {
        string hud = Path.Combine(Fixture.Root, "artifacts/publish/hud");
        Check(hud, hud + ".dbg", Many);
    }

    [Fact(Explicit = true), Trait("Length", "Long")]
    public void Agrees_on_100_000_addresses_of_the_C_library_of_aarch64() =>
        Check(Arm64Packages.Path("lib/aarch64-linux-gnu/libc.so.6"), Arm64Packages.LibcDebugFile(), Many, Arm64Packages.LibcDebugFile());

    /// <param name="llvmPath">The file that LLVM reads, where it is not <paramref name="path"/>.</param>
    private static void Check(string path, string? debugPath, int count, string? llvmPath = null)
    {
        Assert.SkipUnless(Tool.Exists("llvm-symbolizer"), "llvm-symbolizer is not installed");
        Assert.True(File.Exists(path), $"{path} is not built or installed");
        ElfImage image = Fixture.Image(path);
        debugPath ??= image.HasDebugInfo ? null : DebugFilePaths.ForImage(image, path).FirstOrDefault(File.Exists);
        var comparison = new LlvmComparison(image, debugPath is null ? null : Fixture.Image(debugPath));
        comparison.Run(llvmPath ?? path, comparison.Addresses(count));
        TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {string.Join(", ", comparison.Counts.Select(c => $"{c.Key} {c.Value}"))}\n{string.Join('\n', comparison.Examples)}");
        Assert.True(
            comparison.Counts[Difference.Unexplained] <= count / 1000,
            $"{comparison.Counts[Difference.Unexplained]} of {count} differ:\n{string.Join('\n', comparison.Examples)}");
    }
}
