using CsCheck;
using Hud.Symbols;
using Hud.Symbols.Elf;

namespace Hud.Target.Tests.Tokio;

public class TaskVtablesTests
{
    /// <summary>Tables of Tokio's form, and neighbours that lack one property each.</summary>
    private const string Source = """
        #include <unistd.h>
        typedef void (*f)(void);
        struct vtable { f functions[7]; unsigned long trailer, scheduler, id, more; };
        void poll(void) {} void other(void) {}
        #define F {poll, other, other, other, other, other, other}
        extern const struct vtable tables[];
        const struct vtable tables[] __attribute__((section(".data.rel.ro"))) = {
          { F, 128, 32, 40, 0 },            /* 0: a table */
          { F, 128, 40, 48, 56 },           /* 1: with a spawn location */
          { F, 128, 31, 40, 0 },            /* no multiple of 8 */
          { F, 40, 32, 40, 0 },             /* trailer not behind the id */
          { F, 128, 24, 32, 0 },            /* scheduler inside the header */
          { F, 512, 32, 168, 0 },           /* id too far from the scheduler */
          { {poll, other, other, other, other, other, 0}, 128, 32, 40, 0 },
          { F, 1ul << 24, 32, 40, 0 },      /* trailer too far */
          { F, 128, 128, 128, 0 },          /* not behind the id */
          { F, 256, 32, 32, 0 },            /* 9: a blocking task's */
        };
        int main(void) { return tables[0].trailer != 128 || pause(); }
        """;

    [Theory]
    [InlineData("-pie", "-fPIE")]
    [InlineData("-no-pie", "-fno-pie")]
    public void Only_whole_tables_are_found(string link, string code)
    {
        using var folder = new TemporaryFolder();
        var image = Fixture.Image(Compiler.Build(folder, "app", Source, link, code));
        Assert.Equal(link == "-pie", image.IsPositionIndependent);

        var found = TaskVtables.Scan(image);
        Assert.Equal([(128, 32, 40, null), (128, 40, 48, 56), (256, 32, 32, (int?)null)], found.Select(v => (v.TrailerOffset, v.SchedulerOffset, v.IdOffset, v.SpawnLocationOffset)));
        Assert.All(found, v => Assert.Equal(Value(image, "poll"), v.Poll));
        Assert.Equal([0UL, 1UL, 9UL], found.Select(v => (v.Address - Value(image, "tables")) / 88));
    }

    /// <summary>Damaged files are read or refused, never a reason to throw.</summary>
    [Fact]
    public void Damaged_files_never_throw()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Compiler.Build(folder, "app", Source, "-pie", "-fPIE"));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 40].Select(Gen.Int[whole.Length / 2, whole.Length]).Sample(
            (damage, length) =>
            {
                var bytes = whole[..length];
                foreach (var (at, value) in damage)
                {
                    // Half of the damage goes to the headers, where it hurts most.
                    var place = (at & 1) == 0 ? at % 1024 : at;
                    if (place < length)
                        bytes[place] = value;
                }
                if (ElfImage.TryRead(bytes, SymbolLimits.Default, out _) is not { } image)
                    return;
                _ = TokioVersion.Detect(image);
                _ = PollSites.Find(image, image);
                _ = TokioTls.Find(image);
                _ = ThreadLocals.ExecutableBlock(image);
                _ = DebugFileFinder.Refusal(image, image);
                _ = ModuleFile.TryGetBias(image, new MemoryMap(0x1000, 0x2000, true, false, true, 0x1000, 1, 1, "/app"), out _);
            },
            iter: 300);
    }

    private static ulong Value(ElfImage image, string name)
    {
        foreach (var symbol in image.Symbols)
        {
            if (symbol.NameText == name)
                return symbol.Value;
        }
        return 0;
    }
}
