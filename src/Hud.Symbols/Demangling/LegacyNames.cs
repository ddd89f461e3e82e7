using System.Globalization;

namespace Hud.Symbols.Demangling;

/// <summary>
/// rustc's first scheme: Itanium nested names whose last identifier is <c>h</c> and 16 hexadecimal digits,
/// with everything that is no identifier character escaped between dollar signs.
/// </summary>
internal static class LegacyNames
{
    private const int HashLength = 17;

    /// <summary><paramref name="body"/> starts behind <c>_ZN</c>.</summary>
    public static DemangleStatus Read(ReadOnlySpan<char> body, ref NameWriter output)
    {
        ReadOnlySpan<char> rest = body;
        bool hashed = false;
        int count = 0;
        while (TryTakeIdentifier(ref rest, out ReadOnlySpan<char> identifier))
        {
            hashed = IsHash(identifier);
            count++;
        }
        // What follows the E (".llvm.123", ".cold") names a compiler's copy, not another function.
        bool terminated = !rest.IsEmpty && rest[0] == 'E' && (rest.Length == 1 || rest[1] == '.' || rest[1] == '@');
        if (!terminated || count < 2 || !hashed) return DemangleStatus.NotMangled;

        rest = body;
        for (int i = 0; i < count - 1; i++)
        {
            TryTakeIdentifier(ref rest, out ReadOnlySpan<char> identifier);
            if (i > 0) output.Append("::");
            AppendUnescaped(identifier, ref output);
        }
        return output.Overflowed ? DemangleStatus.TooLong : DemangleStatus.Demangled;
    }

    private static bool TryTakeIdentifier(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> identifier)
    {
        identifier = default;
        int digits = 0;
        int length = 0;
        while (digits < rest.Length && digits < 7 && char.IsAsciiDigit(rest[digits]))
        {
            length = length * 10 + (rest[digits] - '0');
            digits++;
        }
        if (digits == 0 || length == 0 || length > rest.Length - digits) return false;
        identifier = rest.Slice(digits, length);
        rest = rest[(digits + length)..];
        return true;
    }

    private static bool IsHash(ReadOnlySpan<char> identifier)
    {
        if (identifier.Length != HashLength || identifier[0] != 'h') return false;
        foreach (char c in identifier[1..])
        {
            if (!char.IsAsciiHexDigitLower(c)) return false;
        }
        return true;
    }

    private static void AppendUnescaped(scoped ReadOnlySpan<char> identifier, ref NameWriter output)
    {
        // An escape cannot start an identifier, so the mangler puts an underscore before it.
        if (identifier is ['_', '$', ..]) identifier = identifier[1..];
        while (!identifier.IsEmpty)
        {
            int special = identifier.IndexOfAny('$', '.');
            if (special < 0) break;
            output.Append(identifier[..special]);
            identifier = identifier[special..];
            if (identifier[0] == '.')
            {
                bool path = identifier.Length > 1 && identifier[1] == '.';
                output.Append(path ? "::" : ".");
                identifier = identifier[(path ? 2 : 1)..];
                continue;
            }
            int end = identifier[1..].IndexOf('$') + 1;
            if (end == 0 || !TryAppendEscape(identifier[1..end], ref output)) break;
            identifier = identifier[(end + 1)..];
        }
        output.Append(identifier);
    }

    private static bool TryAppendEscape(scoped ReadOnlySpan<char> escape, ref NameWriter output)
    {
        char plain = escape switch
        {
            "SP" => '@',
            "BP" => '*',
            "RF" => '&',
            "LT" => '<',
            "GT" => '>',
            "LP" => '(',
            "RP" => ')',
            "C" => ',',
            _ => '\0',
        };
        if (plain != '\0')
        {
            output.Append(plain);
            return true;
        }
        return escape.Length is > 1 and <= 7 && escape[0] == 'u'
            && uint.TryParse(escape[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint scalar)
            && !(scalar < 0x20 || scalar is >= 0x7F and < 0xA0)
            && output.TryAppendScalar(scalar);
    }
}
