using System.Globalization;
using Hud.Symbols.Elf;
using Hud.Symbols.Unwind;

namespace Hud.Symbols.Tests.Unwind;

/// <summary>One stack as tests/fixtures/unwind/record_stacks.py writes it: what an unwinder is given, and the frames gdb found.</summary>
internal sealed record RecordedStack(UnwindRegisters Registers, ulong Address, byte[] Bytes, ulong[] Frames, RecordedModules Modules)
{
    public static IEnumerable<RecordedStack> Read(string file, Func<string, string>? imageOf = null)
    {
        RecordedModules? modules = null;
        foreach (string line in File.ReadLines(file))
        {
            string[] fields = line.Split('\t');
            switch (fields[0])
            {
                case "maps":
                    modules = new RecordedModules(fields[1..], imageOf ?? (path => path), modules);
                    break;
                case "vdso":
                    modules!.AddVdso(Hex(fields[1]), Convert.FromBase64String(fields[2]));
                    break;
                case "stack":
                    UnwindRegisters registers = default;
                    ulong[] values = [.. fields[1].Split(' ').Select(Hex)];
                    // rax rdx rcx rbx rsi rdi rbp rsp r8…r15 rip: DWARF order.
                    for (int i = 0; i < values.Length; i++) registers[i] = values[i];
                    yield return new RecordedStack(
                        registers, Hex(fields[2]), Convert.FromBase64String(fields[3]), [.. fields[4].Split(' ').Select(Hex)], modules!);
                    break;
            }
        }
    }

    internal static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

/// <summary>The executable mappings of /proc/PID/maps, files read whole.</summary>
internal sealed class RecordedModules : IUnwindModules
{
    private readonly List<(ulong Start, ulong End, UnwindModule Module)> _mappings = [];
    private readonly Dictionary<string, (ElfImage Image, CfiTable? Cfi)> _files;
    private readonly (ulong Start, ulong End)? _vdso;

    public RecordedModules(IEnumerable<string> maps, Func<string, string> imageOf, RecordedModules? before)
    {
        _files = before?._files ?? [];
        foreach (string line in maps)
        {
            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            string[] range = fields[0].Split('-');
            (ulong start, ulong end) = (RecordedStack.Hex(range[0]), RecordedStack.Hex(range[1]));
            string path = fields.Length == 6 ? fields[5].Trim() : "";
            if (path == "[vdso]") _vdso = (start, end);
            if (!fields[1].Contains('x', StringComparison.Ordinal) || !path.StartsWith('/')) continue;
            if (!_files.TryGetValue(path, out (ElfImage Image, CfiTable? Cfi) file))
            {
                ElfImage? image = ElfImage.TryRead(File.ReadAllBytes(imageOf(path)), SymbolLimits.Default, out string? problem);
                Assert.True(image is not null, $"{path}: {problem}");
                file = (image, CfiTable.TryBuild(image, SymbolLimits.Default));
                _files.Add(path, file);
            }
            _mappings.Add((start, end, new UnwindModule(file.Image, file.Cfi, Bias(file.Image, start, RecordedStack.Hex(fields[2])))));
        }
    }

    /// <summary>Mappings start at a page, segments anywhere in one.</summary>
    private static ulong Bias(ElfImage image, ulong start, ulong fileOffset)
    {
        foreach (ElfSegment segment in image.Segments)
        {
            bool executable = segment.Type == ElfSegmentType.Load && segment.Flags.HasFlag(ElfSegmentFlags.Execute);
            if (executable && (segment.FileOffset & ~0xFFFul) == fileOffset) return start - (segment.VirtualAddress & ~0xFFFul);
        }
        Assert.Fail($"no segment at {fileOffset:x}");
        return 0;
    }

    public void AddVdso(ulong start, byte[] bytes)
    {
        ElfImage image = ElfImage.TryRead(bytes, SymbolLimits.Default, out _)!;
        _mappings.Add((start, _vdso!.Value.End, new UnwindModule(image, CfiTable.TryBuild(image, SymbolLimits.Default), start)));
    }

    public bool TryFind(ulong runtimeAddress, out UnwindModule module)
    {
        foreach ((ulong start, ulong end, UnwindModule candidate) in _mappings)
        {
            if (runtimeAddress < start || runtimeAddress >= end) continue;
            module = candidate;
            return true;
        }
        module = default;
        return false;
    }
}
