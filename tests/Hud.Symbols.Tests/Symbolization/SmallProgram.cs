using Hud.Symbols.Elf;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

/// <summary>A program of a few hundred bytes of code with debug information, linked without the C library: a fuzz seed in which every edit counts.</summary>
internal static class SmallProgram
{
    private const string Source = """
        struct shape { int rank; struct shape *next; const char *name; unsigned char tags[6]; };
        union pair { long whole; int halves[2]; };
        enum colour { red, green = 7 };
        static inline int square(int x) { return x * x + (x >> 1); }
        static inline int twice(union pair p) { return square(p.halves[0]) + square(p.halves[1]); }
        __attribute__((noinline)) int visit(struct shape *shape, enum colour colour)
        {
            int sum = colour;
            for (; shape; shape = shape->next) { union pair p; p.whole = shape->rank; sum += twice(p); if (sum & 1) { int inner = square(sum); sum ^= inner; } }
            return sum;
        }
        void _start(void) { struct shape a = { 3, 0, "a", { 1 } }, b = { 5, &a, "b", { 2 } }; visit(&b, green); for (;;) { } }
        """;

    public static ElfImage Build(string compiler, params string[] flags)
    {
        string folder = Folder(compiler, flags);
        Directory.CreateDirectory(folder);
        string source = Path.Combine(folder, "small.c");
        File.WriteAllText(source, Source);
        Tool.Lines("env", ["-C", folder, compiler, .. flags, "-fno-stack-protector", "-c", "small.c", "-o", "small.o"]);
        Tool.Lines("env", ["-C", folder, compiler, "-nostdlib", "-static", "-Wl,--build-id=none", "small.o", "-o", "small"]);
        return Fixture.Image(Path.Combine(folder, "small"));
    }

    public static string Dwo(string compiler, params string[] flags) => Path.Combine(Folder(compiler, flags), "small.dwo");

    private static string Folder(string compiler, string[] flags)
    {
        Assert.SkipUnless(Tool.Exists(compiler), $"{compiler} is not installed");
        return Path.Combine(Fixture.Root, "artifacts/fixtures/small", string.Concat([compiler, .. flags.Select(f => string.Concat(f.Where(char.IsLetterOrDigit)))]));
    }
}
