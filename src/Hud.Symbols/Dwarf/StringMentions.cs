using System.Buffers.Binary;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// Tells which units can name a string at all, without reading their DIEs: those whose bytes, or whose table of string offsets,
/// hold an offset of the string in .debug_str. Linkers merge strings into the tails of longer ones, so every place that ends in it counts.
/// </summary>
internal sealed class StringMentions
{
    private const int MaxOffsets = 256;
    private readonly HashSet<uint> _offsets = [];

    /// <summary>Shorter names may stand in .debug_info itself, where compilers save the offset.</summary>
    private const int MinLength = 4;
    private readonly bool _rulesOut;

    public StringMentions(DwarfSections sections, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> strings = sections.Str.Span;
        byte[] wanted = [.. text, 0];
        int at = 0;
        while (_offsets.Count <= MaxOffsets)
        {
            int found = strings[at..].IndexOf(wanted);
            if (found < 0)
            {
                break;
            }

            at += found;
            _offsets.Add((uint)at);
            at++;
        }

        _rulesOut = _offsets.Count <= MaxOffsets && text.Length >= MinLength && !strings.IsEmpty;
    }

    public bool MayName(DwarfUnit unit)
    {
        if (!_rulesOut || unit.Encoding.OffsetSize != 4)
        {
            return true;
        }

        return unit.Encoding.Version >= 5 && unit.StringOffsets is { IsEmpty: false } indexed ? AnyIndexed(indexed.Span) : AnyIn(unit);
    }

    private bool AnyIndexed(ReadOnlySpan<byte> offsets)
    {
        for (int i = 0; i + 4 <= offsets.Length; i += 4)
        {
            if (_offsets.Contains(BinaryPrimitives.ReadUInt32LittleEndian(offsets[i..])))
            {
                return true;
            }
        }

        return false;
    }

    private bool AnyIn(DwarfUnit unit)
    {
        ReadOnlySpan<byte> bytes = unit.Dies.Span[(int)unit.Header.Offset..(int)unit.Header.End];
        Span<byte> pattern = stackalloc byte[4];
        foreach (uint offset in _offsets)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(pattern, offset);
            if (bytes.IndexOf(pattern) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
