using System.Buffers.Binary;
using CsCheck;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Tests.Elf;

/// <summary>Damages real files for the fuzz tests: a few edits an input, within given regions, of the kinds that length and offset fields fear.</summary>
internal static class Mutations
{
    private static readonly ulong[] Interesting =
    [
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ff80, ulong.MaxValue,
    ];

    public static SymbolLimits Limits { get; } = new()
    {
        MaxDecompressedSectionBytes = 1 << 20,
        MaxDecompressedFileBytes = 4 << 20,
        MaxRelocations = 1 << 16,
        MaxRangesPerScope = 1 << 12,
    };

    private readonly record struct Edit(int Region, int Place, int Kind, ulong Value);

    private static readonly Gen<Edit[]> Edits = Gen.Select(
        Gen.Int[0, 1_000], Gen.Int[0, int.MaxValue - 1], Gen.Int[0, 6],
        Gen.OneOf(Gen.ULong, Gen.Int[0, 255].Select(v => (ulong)v), Gen.Int[0, Interesting.Length - 1].Select(i => Interesting[i])),
        (region, place, kind, value) => new Edit(region, place, kind, value)).Array[1, 6];

    /// <summary>Runs <paramref name="parse"/> on damaged copies of <paramref name="seed"/>; as <see cref="Fuzz"/> does.</summary>
    /// <param name="regions">Where edits go: offset and length in the seed.</param>
    public static void Run(byte[] seed, (int Offset, int Length)[] regions, Action<byte[]> parse)
    {
        parse([.. seed]);
        Fuzz.Run(Edits, edits => Apply(seed, regions, edits), parse);
    }

    /// <summary>The regions of <paramref name="image"/> that its sections with one of the <paramref name="prefixes"/> take.</summary>
    public static (int Offset, int Length)[] Sections(ElfImage image, params string[] prefixes) =>
    [
        .. image.Sections
            .Where(s => s.Type != ElfSectionType.NoBits && s.Size > 0 && prefixes.Any(p => s.Name.StartsWith(p, StringComparison.Ordinal)))
            .Select(s => ((int)s.Offset, (int)s.Size)),
    ];

    private static byte[] Apply(byte[] seed, (int Offset, int Length)[] regions, Edit[] edits)
    {
        byte[] bytes = [.. seed];
        foreach (Edit edit in edits)
        {
            (int offset, int length) = regions[edit.Region % regions.Length];
            int at = offset + edit.Place % length;
            Span<byte> rest = bytes.AsSpan(at);
            switch (edit.Kind)
            {
                case 0:
                    rest[0] = (byte)edit.Value;
                    break;
                case 1 when rest.Length >= 2:
                    BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)edit.Value);
                    break;
                case 2 when rest.Length >= 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)edit.Value);
                    break;
                case 3 when rest.Length >= 8:
                    BinaryPrimitives.WriteUInt64LittleEndian(rest, edit.Value);
                    break;
                case 4:
                    rest[0] ^= (byte)(1 << (int)(edit.Value & 7));
                    break;
                case 5:
                    // Bytes of another place: valid structures where they are not expected.
                    int count = Math.Min(rest.Length, 1 + (int)(edit.Value & 31));
                    int from = offset + (int)(edit.Value % (ulong)length);
                    seed.AsSpan(from, Math.Min(count, seed.Length - from)).CopyTo(rest);
                    break;
                case 6 when edit.Value % 64 == 0:
                    return bytes[..at];
            }
        }

        return bytes;
    }
}
