using System.Buffers.Binary;
using CsCheck;
using Hud.Symbols.Elf;
using Hud.Symbols.Unwind;

namespace Hud.Symbols.Tests.Unwind;

/// <summary>Damaged call frame information, expressions and stacks: an answer, whatever comes in, within the limits.</summary>
public sealed class UnwindFuzz
{
    private const string Seed = "/lib64/ld-linux-x86-64.so.2";

    private static readonly Lazy<ElfImage?> s_image = new(() =>
        File.Exists(Seed) ? ElfImage.TryRead(File.ReadAllBytes(Seed), SymbolLimits.Default, out _) : null);

    private static readonly Gen<(int Position, byte Value)[]> s_edits = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 40];

    [Fact]
    public void Damaged_frame_sections_are_answered()
    {
        Assert.SkipWhen(s_image.Value is null, $"{Seed} is not installed");
        byte[] file = s_image.Value!.File.ToArray();
        ElfSection frame = s_image.Value.Sections.First(section => section.Name == ".eh_frame");
        ElfSection header = s_image.Value.Sections.First(section => section.Name == ".eh_frame_hdr");
        ElfSection text = s_image.Value.Sections.First(section => section.Name == ".text");
        Fuzz.Run(
            Gen.Select(s_edits, Gen.Bool, Gen.Int[0, (int)text.Size]),
            input =>
            {
                byte[] damaged = (byte[])file.Clone();
                // Near the start, where the first functions' entries and the header's fields are, hits do most.
                foreach ((int position, byte value) in input.Item1)
                {
                    ElfSection hit = input.Item2 && position % 4 == 0 ? header : frame;
                    ulong range = position % 3 == 0 ? hit.Size : Math.Min(hit.Size, 600);
                    damaged[hit.Offset + (ulong)position % range] = value;
                }
                return (File: damaged, At: input.Item3);
            },
            input =>
            {
                CfiTable? table = CfiTable.TryBuild(ElfImage.TryRead(input.File, SymbolLimits.Default, out _)!, SymbolLimits.Default);
                for (int i = 0; i < 20; i++)
                {
                    ulong address = text.Address + (ulong)(input.At + i * 977) % text.Size;
                    table?.TryFindRow(address, out _);
                    table?.TryFindFunction(address, out _, out _);
                }
            });
    }

    /// <summary>Instructions and augmentations made of nothing but random bytes, in a section of our own.</summary>
    [Fact]
    public void Random_instructions_are_answered()
    {
        SymbolLimits limits = SymbolLimits.Default with { MaxCfiInstructions = 2_000, MaxRowsPerFunction = 500, MaxCfiStates = 8 };
        Fuzz.Run(
            Gen.Select(Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 200], Gen.Bool),
            input => (Bytes: Section(input.Item1, input.Item2, input.Item3), IsEhFrame: input.Item3),
            input =>
            {
                CfiSection section = new(input.Bytes, 0x1000, input.IsEhFrame, 0x2000, 0x3000);
                ScannedFdeIndex index = new(section, limits);
                if (index.TryFind(ulong.MaxValue, out int offset) && section.TryReadFde(offset) is { } fde)
                {
                    List<(ulong Address, CfiRow Row)> rows = new CfiProgram(limits).Run(section, fde);
                    Assert.True(rows.Count <= limits.MaxRowsPerFunction + 1);
                }
            });
    }

    /// <summary>Expressions of a PLT and of a function that realigns its stack, with bytes replaced, and random ones.</summary>
    [Fact]
    public void Damaged_and_random_expressions_are_answered()
    {
        byte[][] seeds = [[0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22], [0x76, 0x70, 0x06]];
        UnwindRegisters registers = new(0x1000, 0x7000, 0x7080);
        byte[] stack = new byte[256];
        Gen<byte[]> damaged = Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 100], Gen.Byte).Array[1, 4], (seed, edits) =>
        {
            byte[] bytes = [.. seeds[seed]];
            foreach ((int position, byte value) in edits) bytes[position % bytes.Length] = value;
            return bytes;
        });
        Fuzz.Run(
            Gen.OneOf(damaged, Gen.Byte.Array[0, 40]),
            bytes => CfiExpression.Evaluate(bytes, 0x7100, registers, new StackMemory(0x7000, stack), 0, SymbolLimits.Default.MaxExpressionSteps, out _));
    }

    [Fact]
    public void Random_stacks_are_walked_to_an_end()
    {
        Assert.SkipWhen(s_image.Value is null, $"{Seed} is not installed");
        OneModule modules = new(s_image.Value!, 0x10_0000);
        ElfSection text = s_image.Value!.Sections.First(section => section.Name == ".text");
        StackUnwinder unwinder = new(SymbolLimits.Default with { MaxFrames = 100 });
        List<UnwoundFrame> frames = [];
        Fuzz.Run(
            Gen.Select(Gen.Int[0, (int)text.Size].Array[8, 64], Gen.Byte.Array[0, 64], Gen.Int[0, 64]),
            input =>
            {
                (int[] words, byte[] noise, int frame) = input;
                // Words that are code addresses lead further than noise does.
                byte[] stack = new byte[words.Length * 8 + noise.Length];
                for (int i = 0; i < words.Length; i++)
                {
                    ulong word = i % 3 == 0 ? 0x7000u + (ulong)words[i] % 600 : 0x10_0000 + text.Address + (ulong)words[i];
                    BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(i * 8), word);
                }
                noise.CopyTo(stack, words.Length * 8);
                return (Stack: stack, Registers: new UnwindRegisters(0x10_0000 + text.Address + (ulong)words[0], 0x7000, 0x7000 + (ulong)frame * 8));
            },
            input =>
            {
                frames.Clear();
                StopReason reason = unwinder.Unwind(input.Registers, 0x7000, input.Stack, modules, frames);
                Assert.True(frames.Count is > 0 and <= 100 && reason.Sentence().Length > 0);
            },
            threads: 1);
    }

    private sealed class OneModule(ElfImage image, ulong bias) : IUnwindModules
    {
        private readonly CfiTable? _cfi = CfiTable.TryBuild(image, SymbolLimits.Default);

        public bool TryFind(ulong runtimeAddress, out UnwindModule module)
        {
            bool inside = image.IsExecutable(runtimeAddress - bias);
            module = inside ? new UnwindModule(image, _cfi, bias) : default;
            return inside;
        }
    }

    /// <summary>A CIE with a valid start and random rest, and an FDE of random instructions that refers to it.</summary>
    private static byte[] Section(byte[] common, byte[] instructions, bool isEhFrame)
    {
        byte[] cieHead = common.Length % 3 == 0 ? [] : [1, (byte)'z', (byte)'R', 0, 1, 0x78, 16, 1, 0x1B];
        byte[] cie = [.. Id(isEhFrame ? 0 : uint.MaxValue), .. cieHead, .. common];
        uint reference = isEhFrame ? (uint)cie.Length + 8 : 0;
        byte[] fde = [.. Id(reference), .. Id(0x5000), .. Id(0x100), 0, .. instructions];
        return [.. Id((uint)cie.Length), .. cie, .. Id((uint)fde.Length), .. fde];

        static byte[] Id(uint value)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return bytes;
        }
    }
}
