using System.Buffers;

namespace Hud.Symbols.Demangling;

/// <summary>Append-only text on a caller's buffer, moved to a pooled array when it outgrows that; capped at <see cref="SymbolLimits.MaxDemangledLength"/>.</summary>
internal ref struct NameWriter(Span<char> initial, SymbolLimits limits)
{
    private Span<char> _chars = initial;
    private char[]? _rented;
    private int _length;

    public readonly SymbolLimits Limits => limits;

    public readonly int Length => _length;

    public readonly ReadOnlySpan<char> Written => _chars[.._length];

    /// <summary>Set once text was refused for length; nothing is appended from then on.</summary>
    public bool Overflowed { get; private set; }

    public void Append(char value)
    {
        if (!Reserve(1)) return;
        _chars[_length++] = value;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (!Reserve(text.Length)) return;
        text.CopyTo(_chars[_length..]);
        _length += text.Length;
    }

    public void Append(ulong value)
    {
        if (!Reserve(20)) return;
        value.TryFormat(_chars[_length..], out int written);
        _length += written;
    }

    /// <summary>Appends one Unicode scalar; false for surrogates and values beyond U+10FFFF.</summary>
    public bool TryAppendScalar(uint scalar)
    {
        if (!System.Text.Rune.TryCreate(scalar, out System.Text.Rune rune)) return false;
        if (Reserve(2)) _length += rune.EncodeToUtf16(_chars[_length..]);
        return true;
    }

    public void Truncate(int length) => _length = length;

    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<char>.Shared.Return(_rented);
    }

    private bool Reserve(int count)
    {
        if (Overflowed) return false;
        if (_length + count <= _chars.Length) return true;
        if (_length + count > limits.MaxDemangledLength)
        {
            Overflowed = true;
            return false;
        }
        char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(_chars.Length * 2, _length + count));
        Written.CopyTo(larger);
        if (_rented is not null) ArrayPool<char>.Shared.Return(_rented);
        _chars = _rented = larger;
        return true;
    }
}
