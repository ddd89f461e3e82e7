using System.Collections.Concurrent;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>Builds the C and C++ fixture with one compiler and one set of flags, each in a folder of its own, once per run.</summary>
internal sealed class NativeFixture : ISplitDwarfSource
{
    private static readonly ConcurrentDictionary<string, bool> Built = new();
    private readonly bool _usePackage;

    public NativeFixture(string compiler, string[] flags, bool package = false)
    {
        Assert.SkipUnless(Tool.Exists(compiler), $"{compiler} is not installed");
        _usePackage = package;
        string source = Path.Combine(Fixture.Root, "tests/fixtures/symbols/native");
        string name = string.Concat([compiler, .. flags.Select(f => string.Concat(f.Where(char.IsLetterOrDigit)))]) + (package ? "dwp" : "");
        Folder = Path.Combine(Fixture.Root, "artifacts/fixtures/native", name);
        if (!Built.TryAdd(Folder, true))
        {
            return;
        }

        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, true);
        }

        Directory.CreateDirectory(Folder);
        string cpp = compiler == "gcc" ? "g++" : "clang++";
        Run(compiler, [.. flags, "-c", Path.Combine(source, "work.c"), "-o", "work.o"]);
        Run(cpp, [.. flags, "-c", Path.Combine(source, "shapes.cpp"), "-o", "shapes.o"]);
        Run(cpp, [.. flags, "work.o", "shapes.o", "-o", "program", "-Wl,--build-id"]);
        Assert.True(File.Exists(Program), $"{compiler} {string.Join(' ', flags)} built no program");
        if (package)
        {
            // llvm-dwp 14 never ends on some ids, which depend on the folder; the test is skipped then.
            Run("timeout", ["10", "llvm-dwp", "-e", "program", "-o", "program.dwp"]);
            foreach (string file in Directory.GetFiles(Folder, "*.dwo"))
            {
                File.Delete(file);
            }
        }
    }

    public string Folder { get; }

    public string Program => Path.Combine(Folder, "program");

    public ElfImage Image => Fixture.Image(Program);

    public ElfImage? Package => _usePackage && new FileInfo(Program + ".dwp") is { Exists: true, Length: > 0 } ? Fixture.Image(Program + ".dwp") : null;

    public ElfImage? Open(string? compilationDirectory, string name, ulong dwoId)
    {
        string path = Path.Combine(compilationDirectory ?? "", name);
        return File.Exists(path) ? Fixture.Image(path) : null;
    }

    /// <summary>Runs a tool in the folder of this build.</summary>
    public string[] Run(string tool, params string[] arguments) => Tool.Lines("env", ["-C", Folder, tool, .. arguments]);
}
