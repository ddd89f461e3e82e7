using System.Collections.Concurrent;
using Hud.Symbols.Elf;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>Builds tests/fixtures/symbols in one of its cargo profiles, once per run and only when something changed.</summary>
internal static class Fixture
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new();

    public static string Root { get; } = FindRoot();

    /// <param name="profile">dev, release, release-debug or fat-lto.</param>
    /// <returns>Path of the program; the test is skipped where there is no cargo.</returns>
    public static string Path(string profile, params string[] rustFlags)
    {
        Assert.SkipUnless(Tool.Exists("cargo"), "cargo is not installed");
        return Built.GetOrAdd(string.Join(' ', [profile, .. rustFlags]), _ => new Lazy<string>(() => Build(profile, rustFlags))).Value;
    }

    /// <summary>The Tokio program that scripts/build-fixtures built in this way; the test is skipped where it was not run.</summary>
    public static string TokioProgram(string build)
    {
        string path = System.IO.Path.Combine(Root, "artifacts/fixtures", build, "ground-truth");
        Assert.SkipUnless(File.Exists(path), $"{path} is not built (scripts/build-fixtures)");
        return path;
    }

    public static ElfImage Image(string path)
    {
        ElfImage? image = ElfImage.TryRead(File.ReadAllBytes(path), SymbolLimits.Default, out string? problem);
        Assert.Null(problem);
        return image!;
    }

    private static string Build(string profile, string[] rustFlags)
    {
        string folder = System.IO.Path.Combine(Root, "tests/fixtures/symbols");
        string name = string.Concat(["symbols", .. rustFlags.Select(f => string.Concat(f.Where(char.IsLetterOrDigit)))]);
        string target = System.IO.Path.Combine(Root, "artifacts/fixtures", name);
        string[] output = Tool.Lines(
            "env", $"RUSTFLAGS={string.Join(' ', rustFlags)}", "cargo", "build", "--quiet", "--offline", "--profile", profile, "--target-dir", target,
            "--manifest-path", System.IO.Path.Combine(folder, "Cargo.toml"));
        string program = System.IO.Path.Combine(target, profile == "dev" ? "debug" : profile, "symbols-fixture");
        Assert.True(File.Exists(program), $"cargo did not build {program}: {string.Join('\n', output)}");
        return program;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Hud.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
