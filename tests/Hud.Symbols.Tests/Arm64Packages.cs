using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Symbolization;

namespace Hud.Symbols.Tests;

/// <summary>Files of Debian's arm64 packages, which scripts/fetch-arm64 fetches as data. Their tests are skipped where they are not there.</summary>
internal static class Arm64Packages
{
    private static readonly string s_root = System.IO.Path.Combine(Fixture.Root, "artifacts/arm64/root");

    /// <summary>What there is one of each kind of: C, C++ and Rust, programs and libraries, and a sample of the C library's many modules.</summary>
    public static TheoryData<string> Files =>
    [
        "bin/bash", "usr/bin/rg", "usr/lib/cargo/bin/fd", "lib/aarch64-linux-gnu/libc.so.6", "lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
        "lib/aarch64-linux-gnu/libm.so.6", "lib/aarch64-linux-gnu/libgcc_s.so.1", "lib/aarch64-linux-gnu/libresolv.so.2",
        "usr/lib/aarch64-linux-gnu/libstdc++.so.6.0.30", "usr/lib/aarch64-linux-gnu/gconv/UTF-16.so", "usr/lib/aarch64-linux-gnu/gconv/GB18030.so",
    ];

    /// <summary>Where a file of a package lies; skips the running test when the packages were not fetched.</summary>
    public static string Path(string file)
    {
        Assert.SkipUnless(File.Exists(System.IO.Path.Combine(s_root, "../complete")), "the arm64 packages were not fetched (scripts/fetch-arm64)");
        return System.IO.Path.Combine(s_root, file);
    }

    /// <summary>The C library's separate debug file, found by its build id.</summary>
    public static string LibcDebugFile()
    {
        string libc = Path("lib/aarch64-linux-gnu/libc.so.6");
        ElfImage image = Fixture.Image(libc);
        Assert.Equal(ElfMachine.AArch64, image.Machine);
        string path = s_root + DebugFilePaths.ForImage(image, libc).First();
        Assert.Null(DebugFileMatch.Problem(image, Fixture.Image(path)));
        return path;
    }
}
