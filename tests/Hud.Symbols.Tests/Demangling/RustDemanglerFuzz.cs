using CsCheck;
using Hud.Symbols.Demangling;

namespace Hud.Symbols.Tests.Demangling;

/// <summary>Damaged real names: an answer, whatever comes in.</summary>
public sealed class RustDemanglerFuzz
{
    private const string Alphabet = "BCNIMXYTRQPOADFKELGUWVSpnesuvy_0123456789abcdefhZ$.";

    private static readonly string[] s_seeds = [.. RustDemanglerTests.Names().Select(row => row.Data.Item1)];

    [Fact]
    public void Damaged_names_are_answered()
    {
        Gen<string> damaged = Gen.Select(
            Gen.Int[0, s_seeds.Length - 1].Select(i => s_seeds[i]),
            Gen.Select(Gen.Int[0, 3], Gen.Int[0, 400], Gen.Int[0, Alphabet.Length - 1].Select(i => Alphabet[i]), Gen.Int[1, 20]).Array[1, 6],
            Damage);
        damaged.Sample(
            static name =>
            {
                DemangleStatus status = RustDemangler.Demangle(name, out string? readable);
                return status == DemangleStatus.Demangled
                    ? readable is { Length: <= DemangleLimits.MaxLength }
                    : readable is null;
            },
            iter: Fuzz.Iterations);
    }

    private static string Damage(string seed, (int Kind, int Position, char Letter, int Count)[] edits)
    {
        string name = seed;
        foreach ((int kind, int position, char letter, int count) in edits)
        {
            if (name.Length < 4) break;
            int at = 2 + position % (name.Length - 2);
            name = kind switch
            {
                0 => name[..at] + letter + name[(at + 1)..],
                1 => name[..at] + new string(letter, count) + name[at..],
                2 => name.Remove(at, Math.Min(count, name.Length - at)),
                _ => string.Concat(name.AsSpan(0, at), name.AsSpan(2, Math.Min(count * 4, name.Length - 2)), name.AsSpan(at)),
            };
        }
        return name;
    }
}
