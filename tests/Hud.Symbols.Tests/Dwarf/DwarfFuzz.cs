using Hud.Symbols.Dwarf;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;
using Hud.Symbols.Tests.Symbolization;

namespace Hud.Symbols.Tests.Dwarf;

/// <summary>Damaged debug information of small programs by gcc and clang, DWARF 4 and 5, split and not.</summary>
public class DwarfFuzz
{
    public static TheoryData<string, string> Seeds => new MatrixTheoryData<string, string>(["gcc", "clang"], ["-gdwarf-4", "-gdwarf-5"]);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Units_functions_ranges_and_names(string compiler, string version) =>
        Symbolize(compiler, version, ".debug_info", ".debug_abbrev", ".debug_ranges", ".debug_rnglists", ".debug_str_offsets", ".debug_addr");

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Address_tables_and_symbols(string compiler, string version) => Symbolize(compiler, version, ".debug_aranges", ".symtab", ".strtab", ".debug_str");

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Line_programs(string compiler, string version) => Symbolize(compiler, version, ".debug_line");

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Types(string compiler, string version)
    {
        (byte[] seed, ElfImage image) = Seed(compiler, version);
        Mutations.Run(seed, Mutations.Sections(image, ".debug_info", ".debug_abbrev", ".debug_str"), bytes =>
        {
            if (ElfImage.TryRead(bytes, Mutations.Limits, out _) is { } damaged)
            {
                var types = new DwarfTypes(damaged, Mutations.Limits);
                Walk(types.FindStruct("shape"), 4);
                Walk(types.FindStruct("pair"), 4);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Split_units(string compiler, string version)
    {
        ElfImage program = SmallProgram.Build(compiler, version, "-O2", "-gsplit-dwarf");
        byte[] seed = File.ReadAllBytes(SmallProgram.Dwo(compiler, version, "-O2", "-gsplit-dwarf"));
        ElfImage image = ElfImage.TryRead(seed, SymbolLimits.Default, out _)!;
        ulong[] addresses = Addresses(program);
        Mutations.Run(seed, Mutations.Sections(image, ".debug_"), bytes =>
        {
            if (ElfImage.TryRead(bytes, Mutations.Limits, out _) is { } damaged)
            {
                Lookup(new Symbolizer(program, Mutations.Limits, dwo: new OneFile(damaged)), addresses);
            }
        });
    }

    [Fact]
    public void Package_indexes()
    {
        // Version 5, one unit in two slots, columns info and abbrev.
        byte[] seed = [5, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, .. new byte[16], 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0];
        var package = new DwarfSections { Info = new byte[64], Abbrev = new byte[64] };
        Assert.Equal(8, PackageIndex.TryRead(seed)!.Find(0, package)!.Info.Length);
        Mutations.Run(seed, [(0, seed.Length)], bytes =>
        {
            PackageIndex? index = PackageIndex.TryRead(bytes);
            index?.Find(0, package);
            index?.Find(0x1234_5678_9abc_def0, package);
        });
    }

    private static void Symbolize(string compiler, string version, params string[] sections)
    {
        (byte[] seed, ElfImage image) = Seed(compiler, version);
        ulong[] addresses = Addresses(image);
        Mutations.Run(seed, Mutations.Sections(image, sections), bytes =>
        {
            if (ElfImage.TryRead(bytes, Mutations.Limits, out _) is { } damaged)
            {
                Lookup(new Symbolizer(damaged, Mutations.Limits), addresses);
            }
        });
    }

    private static void Lookup(Symbolizer symbolizer, ulong[] addresses)
    {
        var frames = new List<SourceFrame>();
        foreach (ulong address in addresses)
        {
            symbolizer.Lookup(address, frames);
        }
    }

    private static void Walk(TypeLayout? type, int depth)
    {
        if (type is null || depth == 0)
        {
            return;
        }

        type.Unwrap();
        type.OnlyPayload();
        Walk(type.Target, depth - 1);
        foreach (TypeMember member in type.Members.Take(16))
        {
            Walk(member.Type, depth - 1);
        }
    }

    private static (byte[] Seed, ElfImage Image) Seed(string compiler, string version)
    {
        ElfImage image = SmallProgram.Build(compiler, version, "-O2");
        return (image.File.ToArray(), image);
    }

    private static ulong[] Addresses(ElfImage image)
    {
        ElfSection text = image.Sections.First(s => s.Name == ".text");
        return [0, ulong.MaxValue, .. Enumerable.Range(0, 12).Select(i => text.Address + text.Size * (ulong)i / 12)];
    }

    private sealed class OneFile(ElfImage image) : ISplitDwarfSource
    {
        public ElfImage? Package => image;

        public ElfImage? Open(string? compilationDirectory, string name, ulong dwoId) => image;
    }
}
