using System.Globalization;
using System.Text;
using Wcwidth;

namespace Hud.Live.Terminal;

/// <summary>
/// What a code point may do to a screen. Names come from the target and are data: whatever could move the cursor, switch
/// modes, reorder text or hide is replaced before it becomes a cell.
/// </summary>
internal static class CharacterSafety
{
    public const int Replacement = 0xFFFD;

    /// <summary>The code point to show for <paramref name="codePoint"/>: itself, or U+FFFD for one that is no visible text.</summary>
    public static int Neutralize(int codePoint)
    {
        if (codePoint is >= 0x20 and < 0x7F) return codePoint;
        if (!Rune.IsValid(codePoint)) return Replacement;
        return CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            // Control: C0, DEL, C1. Format: bidi embeddings, overrides and isolates, zero-width joiners, tags, soft hyphen.
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => Replacement,
            _ => codePoint,
        };
    }

    /// <summary>What an ASCII terminal shows instead.</summary>
    public static byte ToAscii(int codePoint) => codePoint switch
    {
        < 0x7F => (byte)codePoint,
        'µ' => (byte)'u',
        '·' or '•' => (byte)'.',
        '–' or '—' or '─' => (byte)'-',
        '…' => (byte)'~',
        '‘' or '’' => (byte)'\'',
        '“' or '”' => (byte)'"',
        _ => (byte)'?',
    };

    /// <summary>Columns that a neutralised code point takes: 0 for a combining mark, 1 or 2.</summary>
    public static int Width(int codePoint) =>
        codePoint < 0x300 ? 1 : Math.Clamp(UnicodeCalculator.GetWidth(codePoint), 0, 2);

    /// <summary>Columns that a text takes once it is neutralised.</summary>
    public static int Width(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(Neutralize(rune.Value));
        return width;
    }
}
