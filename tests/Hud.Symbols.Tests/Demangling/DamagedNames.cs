using CsCheck;

namespace Hud.Symbols.Tests.Demangling;

/// <summary>Damages real mangled names: letters replaced, repeated, removed, and the name's own parts copied to where they are not expected.</summary>
internal static class DamagedNames
{
    /// <param name="seeds">Names that start with two letters of their scheme, which stay.</param>
    /// <param name="alphabet">Letters that mean something in the scheme.</param>
    public static Gen<string> Of(string[] seeds, string alphabet) => Gen.Select(
        Gen.Int[0, seeds.Length - 1].Select(i => seeds[i]),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 400], Gen.Int[0, alphabet.Length - 1].Select(i => alphabet[i]), Gen.Int[1, 20]).Array[1, 6],
        Damage);

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
