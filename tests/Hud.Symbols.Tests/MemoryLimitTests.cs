using System.Text;
using Hud.Symbols.Dwarf;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;
using Hud.Symbols.Unwind;

namespace Hud.Symbols.Tests;

/// <summary>No other test runs beside these, which measure the memory of the process.</summary>
[CollectionDefinition("Memory", DisableParallelization = true)]
public class MemoryCollection;

/// <summary>
/// Files of some 100 KB made to cost far more memory, by naming one thing many times: the comments say what reading all of it would come to.
/// Each is answered within what the limits allow; its test lowers the one that it meets.
/// </summary>
[Collection("Memory")]
public class MemoryLimitTests
{
    private const int Mega = 1 << 20;

    /// <summary>50 million ranges: 10 000 functions that name one list of 5 000.</summary>
    [Fact]
    public void Functions_that_share_a_long_list_of_ranges()
    {
        byte[] ranges = Bytes(w =>
        {
            for (ulong i = 0; i < 5_000; i++)
            {
                w.Write(TinyElf.Code + i * 4);
                w.Write(TinyElf.Code + i * 4 + 2);
            }

            w.Write(new byte[16]);
        });
        byte[] info = Unit(w =>
        {
            w.Write((byte)1);
            for (int i = 0; i < 10_000; i++)
            {
                w.Write((byte)2);
                w.Write(0);
            }
        });
        byte[] abbrev = Abbrevs((1, 0x11, true, []), (2, 0x2e, false, [(0x55, 0x17)]));
        ElfImage image = Image((".debug_info", info), (".debug_abbrev", abbrev), (".debug_ranges", ranges));
        SymbolLimits limits = SymbolLimits.Default with { MaxRangesPerTable = 100_000 };
        var frames = new List<SourceFrame>();
        Assert.InRange(Allocated(() => new Symbolizer(image, limits).Lookup(TinyElf.Code + 1, frames)), 0, 40 * Mega);
        Assert.Single(frames);
    }

    /// <summary>32 million entries: 2 000 units whose tables of abbreviations are the tails of one of 16 000 entries.</summary>
    [Fact]
    public void Units_that_share_a_long_table_of_abbreviations()
    {
        byte[] abbrev = Bytes(w =>
        {
            for (int code = 128; code < 16_128; code++)
            {
                w.Write7BitEncodedInt(code);
                w.Write([0x34, 0, 3, 0x19, 0, 0]);
            }

            w.Write((byte)0);
        });
        byte[] info = [.. Enumerable.Range(0, 2_000).SelectMany(i => Unit(w => w.Write((byte)0x7f), i * 8))];
        ElfImage image = Image((".debug_info", info), (".debug_abbrev", abbrev));
        SymbolLimits limits = SymbolLimits.Default with { MaxAbbreviationEntries = 100_000 };
        Assert.InRange(Allocated(() => new Symbolizer(image, limits).Lookup(TinyElf.Code, [])), 0, 40 * Mega);
    }

    /// <summary>An abbreviation with 100 000 attributes without bytes, and one that has: every DIE of two bytes would take that many steps.</summary>
    [Fact]
    public void An_abbreviation_with_endless_attributes_ends_the_unit()
    {
        byte[] abbrev = Abbrevs((1, 0x11, true, []), (2, 0x34, false, [.. Enumerable.Repeat(((byte)0x3f, (byte)0x19), 100_000), (0x0b, 0x0f)]));
        ElfImage image = Image((".debug_info", Unit(w => w.Write([1, 2, 0, 2, 0]))), (".debug_abbrev", abbrev));
        DwarfUnit unit = DwarfFile.Of(image, SymbolLimits.Default).UnitAt(0)!;
        Assert.True(unit.TryOpenDie(unit.Header.FirstDie, out _, out _));
        Assert.False(unit.TryOpenDie(unit.Header.FirstDie + 1, out _, out _));
    }

    /// <summary>6.4 million entries: 200 units that name one line table with 16 000 files and as many directories without bytes.</summary>
    [Fact]
    public void Units_that_share_a_line_table_of_empty_entries()
    {
        byte[] line = Bytes(w =>
        {
            // unit_length; version, sizes of an address and a selector; header_length; six parameters.
            w.Write(21);
            w.Write((ushort)5);
            w.Write([8, 0]);
            w.Write(12);
            w.Write([1, 1, 1, 0xfb, 14, 1]);
            foreach (int _ in (int[])[0, 1])
            {
                w.Write((byte)0);
                w.Write7BitEncodedInt(16_000);
            }

            w.Write((byte)0);
        });
        byte[] info = [.. Enumerable.Range(0, 200).SelectMany(i => Unit(w =>
        {
            w.Write((byte)1);
            w.Write(TinyElf.Code + (ulong)i * 16);
            w.Write(16);
            w.Write(0);
        }))];
        byte[] abbrev = Abbrevs((1, 0x11, false, [(0x11, 0x01), (0x12, 0x06), (0x10, 0x17)]));
        ElfImage image = Image((".debug_info", info), (".debug_abbrev", abbrev), (".debug_line", line));
        DwarfUnit unit = DwarfFile.Of(image, SymbolLimits.Default).UnitAt(0)!;
        Assert.Equal(16_000, LineHeader.TryRead(line, unit.StmtList!.Value, 8, SymbolLimits.Default)!.Files.Count);
        var symbolizer = new Symbolizer(image, SymbolLimits.Default with { MaxCachedTableBytes = 4 * Mega });
        Assert.InRange(Kept(symbolizer, () => LookUp(symbolizer, 200, 16)), 0, 8 * Mega);
    }

    /// <summary>6 million rules: 50 functions with 1 000 rows of 120 registers each.</summary>
    [Fact]
    public void Unwind_rows_with_rules_for_every_register()
    {
        ElfImage image = Image((".debug_frame", FrameSection(functions: 50, rows: 1_000)));
        CfiTable table = CfiTable.TryBuild(image, SymbolLimits.Default with { MaxKeptRules = 300_000 })!;
        int found = 0;
        long kept = Kept(table, () =>
        {
            for (ulong i = 0; i < 50; i++)
            {
                found += table.TryFindRow(TinyElf.Code + i * 0x1000 + 7, out CfiRow? row) && row.Registers.Length == 120 ? 1 : 0;
            }
        });
        Assert.Equal(50, found);
        Assert.InRange(kept, 0, 40 * Mega);
    }

    /// <summary>2.4 million rules at once: a function with 20 000 such rows.</summary>
    [Fact]
    public void A_function_with_too_many_rules_has_none()
    {
        ElfImage image = Image((".debug_frame", FrameSection(functions: 1, rows: 20_000)));
        CfiTable table = CfiTable.TryBuild(image, SymbolLimits.Default with { MaxRulesPerFunction = 100_000 })!;
        CfiRow? row = null;
        Assert.InRange(Allocated(() => table.TryFindRow(TinyElf.Code, out row)), 0, 10 * Mega);
        Assert.Null(row);
    }

    /// <summary>4.5 million members: a struct of 3 000 members, the type of each of which is a struct of all members behind it.</summary>
    [Fact]
    public void Types_that_overlap()
    {
        const int Members = 3_000, First = 4 + 2 + 4 + 1 + 1 + 1 + 2, Size = 6;
        byte[] info = Unit(w =>
        {
            w.Write((byte)1);
            w.Write((byte)2);
            w.Write("S\0"u8);
            for (int i = 0; i < Members; i++)
            {
                // The constant at the end of a member is also the code of a struct, whose members follow.
                w.Write((byte)3);
                w.Write(First + i * Size + 5);
                w.Write((byte)4);
            }

            w.Write([0, 0]);
        });
        byte[] abbrev = Abbrevs((1, 0x11, true, []), (2, 0x13, true, [(0x03, 0x08)]), (3, 0x0d, false, [(0x49, 0x13), (0x3b, 0x0b)]), (4, 0x13, true, []));
        ElfImage image = Image((".debug_info", info), (".debug_abbrev", abbrev));
        TypeLayout one = new DwarfTypes(image, SymbolLimits.Default).FindStruct("S")!;
        Assert.Equal(Members, one.Members.Count);
        Assert.Equal(Members - 1, one.Members[0].Type.Members.Count);
        SymbolLimits limits = SymbolLimits.Default with { MaxTypeDies = 20_000 };
        Assert.InRange(Allocated(() => new DwarfTypes(image, limits).FindStruct("S")!.Unwrap()), 0, 10 * Mega);
    }

    /// <summary>4 000 names of 16 000 letters: 40 functions, each with a chain of 100 inlined calls, whose names are parts of one string.</summary>
    [Fact]
    public void Names_that_share_a_long_string()
    {
        byte[] str = [.. Enumerable.Repeat((byte)'a', 16_000 + 8_000), 0];
        byte[] info = Unit(w =>
        {
            w.Write((byte)1);
            for (int function = 0; function < 40; function++)
            {
                for (int depth = 0; depth < 100; depth++)
                {
                    w.Write(depth == 0 ? (byte)2 : (byte)3);
                    w.Write(TinyElf.Code + (ulong)function * 16);
                    w.Write(16);
                    w.Write(function * 100 + depth);
                }

                w.Write(new byte[100]);
            }
        });
        (byte, byte)[] scope = [(0x11, 0x01), (0x12, 0x06), (0x6e, 0x0e)];
        byte[] abbrev = Abbrevs((1, 0x11, true, []), (2, 0x2e, true, scope), (3, 0x1d, true, scope));
        ElfImage image = Image((".debug_info", info), (".debug_abbrev", abbrev), (".debug_str", str));
        var symbolizer = new Symbolizer(image, SymbolLimits.Default with { MaxCachedNameBytes = 8 * Mega });
        Assert.Equal(100, symbolizer.Lookup(TinyElf.Code, []));
        Assert.InRange(Kept(symbolizer, () => LookUp(symbolizer, 40, 16)), 0, 16 * Mega);
    }

    [Fact]
    public void Too_many_segments_are_refused_with_words()
    {
        byte[] file = TinyElf.Build();
        BitConverter.GetBytes((ushort)5_000).CopyTo(file, 56);
        Assert.Null(ElfImage.TryRead(file, SymbolLimits.Default, out string? problem));
        Assert.Contains("5000 segments, the limits are", problem, StringComparison.Ordinal);
    }

    private static void LookUp(Symbolizer symbolizer, int functions, int size)
    {
        var frames = new List<SourceFrame>();
        for (int i = 0; i < functions; i++)
        {
            symbolizer.Lookup(TinyElf.Code + (ulong)(i * size) + 3, frames);
            frames.Clear();
        }
    }

    private static long Allocated(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        read();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Bytes that <paramref name="owner"/> holds after <paramref name="read"/> and did not before.</summary>
    private static long Kept(object owner, Action read)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        read();
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(owner);
        return kept;
    }

    private static ElfImage Image(params (string Name, byte[] Bytes)[] sections)
    {
        ElfImage? image = ElfImage.TryRead(TinyElf.Build(sections), SymbolLimits.Default, out string? problem);
        Assert.Null(problem);
        return image!;
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.ASCII);
        write(writer);
        return stream.ToArray();
    }

    /// <summary>A unit of DWARF 4 with 8-byte addresses.</summary>
    private static byte[] Unit(Action<BinaryWriter> dies, int abbrevOffset = 0)
    {
        byte[] body = Bytes(dies);
        return Bytes(w =>
        {
            w.Write(7 + body.Length);
            w.Write((ushort)4);
            w.Write(abbrevOffset);
            w.Write((byte)8);
            w.Write(body);
        });
    }

    private static byte[] Abbrevs(params (byte Code, byte Tag, bool HasChildren, (byte Name, byte Form)[] Attributes)[] abbreviations) => Bytes(w =>
    {
        foreach ((byte code, byte tag, bool hasChildren, (byte Name, byte Form)[] attributes) in abbreviations)
        {
            w.Write([code, tag, hasChildren ? (byte)1 : (byte)0]);
            foreach ((byte name, byte form) in attributes)
            {
                w.Write([name, form]);
            }

            w.Write([0, 0]);
        }

        w.Write((byte)0);
    });

    /// <summary>A CIE that saves 120 registers, and functions that move the CFA at every byte, all to different places.</summary>
    private static byte[] FrameSection(int functions, int rows)
    {
        byte[] cie = Bytes(w =>
        {
            w.Write(uint.MaxValue);
            w.Write([3, 0, 1, 0x78, 16, 0x0c, 7, 8]);
            for (byte register = 0; register < 120; register++)
            {
                w.Write([0x05, register, 2]);
            }
        });
        return Bytes(w =>
        {
            w.Write(cie.Length);
            w.Write(cie);
            for (int function = 0; function < functions; function++)
            {
                byte[] fde = Bytes(f =>
                {
                    f.Write(0);
                    f.Write(TinyElf.Code + (ulong)function * 0x1000);
                    f.Write((ulong)0x1000);
                    for (int row = 1; row < rows; row++)
                    {
                        f.Write([0x41, 0x0e]);
                        f.Write7BitEncodedInt(function * rows + row);
                    }
                });
                w.Write(fde.Length);
                w.Write(fde);
            }
        });
    }
}
