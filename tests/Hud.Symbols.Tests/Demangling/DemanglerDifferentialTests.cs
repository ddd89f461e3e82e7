using System.Text.RegularExpressions;
using Hud.Symbols.Demangling;

namespace Hud.Symbols.Tests.Demangling;

/// <summary>Every Rust symbol of real binaries against <c>nm -C</c>.</summary>
public sealed partial class DemanglerDifferentialTests
{
    [Theory]
    [InlineData("bin/cargo")]
    [InlineData("bin/rustdoc")]
    [InlineData("bin/clippy-driver")]
    [InlineData("bin/rustfmt")]
    public void The_toolchains_programs(string file) => Compare(Path.Combine(ExternalTool.RustSysroot(), file));

    /// <summary>Programs of the kernel tests, the last one with names in the v0 scheme.</summary>
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    [InlineData("non-pie-v0")]
    public void Tokio_programs(string build) => Compare(Symbolization.Fixture.TokioProgram(build));

    [Fact(Explicit = true), Trait("Length", "Long")]
    public void The_compiler_itself() =>
        Compare(Directory.EnumerateFiles(Path.Combine(ExternalTool.RustSysroot(), "lib"), "librustc_driver*.so").First());

    private static void Compare(string file)
    {
        Assert.SkipUnless(File.Exists(file), $"{file} is not installed");
        int rust = 0;
        List<string> differences = [];
        foreach (string table in new[] { "-p", "-pD" })
        {
            foreach ((string mangled, string theirs) in ExternalTool.Lines("nm", table, file).Zip(ExternalTool.Lines("nm", table, "-C", file)))
            {
                string symbol = Name(mangled);
                bool isRust = RustDemangler.TryDemangle(symbol, out string ours);
                if (!isRust && !symbol.StartsWith("_R", StringComparison.Ordinal)) continue;
                rust++;
                if (ours != Name(theirs) && !WideConstant().IsMatch(symbol)) differences.Add($"{symbol}\n  hud {ours}\n  nm  {Name(theirs)}");
            }
        }
        Assert.True(rust > 1000, $"only {rust} Rust symbols in {file}");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    /// <summary>
    /// Integer constants beyond 64 bits: binutils 2.40 takes their digits one place late
    /// (<c>Kn7fff…f_</c> becomes <c>0xfff…f_</c>). LLVM and rustc print them as we do.
    /// </summary>
    [GeneratedRegex("K(o|nn?)[0-9a-f]{17,}_")]
    private static partial Regex WideConstant();

    /// <summary>Behind 16 digits of address, the type letter and two blanks.</summary>
    private static string Name(string line) => line[19..];
}
