using System.Globalization;
using Hud.Symbols.Elf;
using Hud.Symbols.Unwind;

namespace Hud.Symbols.Tests.Unwind;

/// <summary>
/// Unwind rows of whole binaries, x86-64 and aarch64, against <c>readelf -wF</c>: at the first and the last address of each of its rows,
/// the same CFA and the same rule for every register.
/// </summary>
public sealed class CfiDifferentialTests
{
    /// <summary>The names that readelf prints, by DWARF number; the return address is "ra" whatever its register is.</summary>
    private static readonly string[] s_x86 =
        ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ra"];

    private static readonly string[] s_aarch64 =
        [.. Enumerable.Range(0, 30).Select(i => $"x{i}"), "ra", "sp", .. Enumerable.Repeat("-", 32), .. Enumerable.Range(0, 32).Select(i => $"v{i}")];

    [Theory]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6")]
    [InlineData("/lib64/ld-linux-x86-64.so.2")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/perl")]
    [InlineData("/usr/bin/git")]
    public void System_binaries(string file) => Assert.True(Compare(file), "no rows");

    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("release-debug")]
    [InlineData("fat-lto")]
    public void Tokio_programs(string build) => Assert.True(Compare(Symbolization.Fixture.TokioProgram(build)), "no rows");

    public static TheoryData<string> Arm64 => Arm64Packages.Files;

    [Theory]
    [MemberData(nameof(Arm64))]
    public void Files_of_arm64_packages(string file) => Compare(Arm64Packages.Path(file));

    /// <summary>NativeAOT's code, which .NET's own object writer describes; readelf follows the link to the debug file, which has a .debug_frame.</summary>
    [Fact]
    public void Hud_itself()
    {
        string hud = Path.Combine(Symbolization.Fixture.Root, "artifacts/publish/hud");
        Assert.SkipUnless(File.Exists(hud), $"{hud} is not built");
        Assert.True(Compare(hud, hud + ".dbg"), "no rows");
    }

    [Theory]
    [InlineData("bin/rustfmt")]
    [InlineData("bin/rustc")]
    [InlineData("bin/rustdoc")]
    public void The_Rust_toolchain(string file) => Assert.True(Compare(Path.Combine(ExternalTool.RustSysroot(), file)), "no rows");

    /// <summary>lld, which Rust programs are linked with, keeps the first entry of those that start at one address in the header's table.</summary>
    [Fact]
    public void Function_behind_an_entry_without_code_has_its_row()
    {
        string lld = Path.Combine(ExternalTool.RustSysroot(), "lib", "rustlib", "x86_64-unknown-linux-gnu", "bin", "rust-lld");
        Assert.SkipUnless(File.Exists(lld), "the Rust toolchain has no lld");
        string folder = Directory.CreateTempSubdirectory("hud-cfi-").FullName;
        try
        {
            string source = Path.Combine(folder, "empty.s"), compiled = Path.Combine(folder, "empty.o"), library = Path.Combine(folder, "empty.so");
            File.WriteAllText(source, """
                before: .cfi_startproc
                        push %rbx
                        .cfi_adjust_cfa_offset 8
                        pop %rbx
                        .cfi_adjust_cfa_offset -8
                        ret
                        .cfi_endproc
                        .cfi_startproc
                        .cfi_endproc
                behind: .cfi_startproc
                        nop
                        ret
                        .cfi_endproc

                """);
            ExternalTool.Run("gcc", "-c", "-o", compiled, source);
            ExternalTool.Run(lld, "-flavor", "gnu", "-shared", "--eh-frame-hdr", "-o", library, compiled);
            Assert.True(Compare(library), "no rows");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Explicit = true), Trait("Length", "Long")]
    public void Every_binary_on_the_machine()
    {
        string sysroot = ExternalTool.RustSysroot();
        string[] folders = ["/usr/bin", "/usr/sbin", "/lib/x86_64-linux-gnu", Path.Combine(sysroot, "bin"), Path.Combine(sysroot, "lib")];
        int compared = 0;
        foreach (string file in folders.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            FileInfo info = new(file);
            if (info.LinkTarget is null && info.Length > 64 && IsElf(file) && Compare(file)) compared++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} files");
        Assert.True(compared > 100, $"only {compared} files had call frame information");
    }

    private static bool IsElf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return stream.ReadByte() == 0x7F && stream.ReadByte() == 'E' && stream.ReadByte() == 'L' && stream.ReadByte() == 'F';
    }

    private static bool Compare(string file, string? debugFile = null)
    {
        Assert.SkipUnless(File.Exists(file), $"{file} is not installed");
        if (ElfImage.TryRead(File.ReadAllBytes(file), SymbolLimits.Default, out _) is not { Type: ElfType.Executable or ElfType.Dynamic } image
            || CfiTable.TryBuild(image, SymbolLimits.Default, debugFile is null ? null : Symbolization.Fixture.Image(debugFile)) is not { } table)
        {
            return false;
        }
        int rows = 0;
        List<string> differences = [];
        foreach (ReadelfRow row in ReadelfRows(file))
        {
            rows++;
            foreach (ulong address in new[] { row.Start, row.End - 1 })
            {
                if (!table.TryFindRow(address, out CfiRow? ours)) differences.Add($"{file} {address:x}: no row, readelf {row}");
                else if (!Same(ours, row, image.Machine == ElfMachine.AArch64 ? s_aarch64 : s_x86)) differences.Add($"{file} {address:x}: {ours}, readelf {row}");
            }
            if (differences.Count > 20) break;
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
        return rows > 0;
    }

    private static bool Same(CfiRow ours, ReadelfRow theirs, string[] names)
    {
        string cfa = ours.Cfa.Kind switch
        {
            CfiRuleKind.Offset => string.Create(CultureInfo.InvariantCulture, $"{names[ours.Cfa.Length]}{ours.Cfa.Value:+0;-0;+0}"),
            CfiRuleKind.Expression => "exp",
            _ => "none",
        };
        if (cfa != theirs.Cfa) return false;
        for (int register = 0; register < names.Length; register++)
        {
            string expected = theirs.Registers.GetValueOrDefault(names[register], "u");
            CfiRule rule = ours[register];
            string actual = rule.Kind switch
            {
                CfiRuleKind.Offset => string.Create(CultureInfo.InvariantCulture, $"c{rule.Value:+0;-0;+0}"),
                CfiRuleKind.ValueOffset => string.Create(CultureInfo.InvariantCulture, $"v{rule.Value:+0;-0;+0}"),
                CfiRuleKind.SameValue => "s",
                CfiRuleKind.Register => string.Create(CultureInfo.InvariantCulture, $"r{rule.Value}"),
                CfiRuleKind.Expression => "exp",
                CfiRuleKind.ValueExpression => "vexp",
                _ => "u",
            };
            if (actual != expected) return false;
        }
        return true;
    }

    private sealed record ReadelfRow(ulong Start, ulong End, string Cfa, Dictionary<string, string> Registers)
    {
        public override string ToString() => $"cfa={Cfa} {string.Join(' ', Registers.Select(pair => $"{pair.Key}={pair.Value}"))}";
    }

    /// <summary>The rows of every function, empty ones left out. A function whose entry has no instructions has the row of its CIE.</summary>
    private static IEnumerable<ReadelfRow> ReadelfRows(string file)
    {
        ulong end = 0;
        Dictionary<string, ReadelfRow> common = [];
        string? cie = null;
        ReadelfRow? bare = null;
        string[] columns = [];
        bool inFunction = false;
        ReadelfRow? open = null;
        foreach (string line in ExternalTool.Lines("readelf", "-W", "-wF", file))
        {
            string[] cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool header = cells.Length > 3 && (cells[3] is "FDE" or "CIE") || line.EndsWith("ZERO terminator", StringComparison.Ordinal);
            if (open is not null && (header || cells.Length == 0))
            {
                if (open.Start < end) yield return open with { End = end };
                open = null;
            }
            if (header || cells.Length == 0)
            {
                if (bare is not null && bare.Start < bare.End) yield return bare;
                bare = null;
            }
            if (header)
            {
                inFunction = cells[^1] != "terminator" && cells[3] == "FDE";
                // "00000018 0000000000000014 0000001c FDE cie=00000000 pc=0000000000002000..0000000000002010"
                cie = inFunction ? null : cells[0];
                if (inFunction)
                {
                    string[] range = line[(line.IndexOf("pc=", StringComparison.Ordinal) + 3)..].Split("..");
                    end = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    ulong from = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    // What the linker dropped is left at 0.
                    inFunction = from != 0;
                    bare = !inFunction ? null : common.GetValueOrDefault(cells[4]["cie=".Length..]) is { } row ? row with { Start = from, End = end } : null;
                }
                continue;
            }
            if (cells.Length < 2) continue;
            if (cells[0] == "LOC")
            {
                columns = cells[2..];
                continue;
            }
            if (!ulong.TryParse(cells[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong start)) continue;
            bare = null;
            if (open is not null && open.Start < start) yield return open with { End = start };
            // A rule "in register 9" is two cells: "r9 (r9)".
            cells = [.. cells.Where(cell => !cell.StartsWith('('))];
            Dictionary<string, string> registers = [];
            for (int i = 0; i < columns.Length && i + 2 < cells.Length; i++) registers[columns[i]] = cells[i + 2];
            ReadelfRow read = new(start, end, cells[1], registers);
            if (inFunction) open = read;
            else if (cie is not null) common[cie] = read;
        }
    }
}
