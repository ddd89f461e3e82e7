using System.Buffers;
using System.Text;

namespace Hud.Live.Terminal;

/// <summary>
/// Bytes from a terminal in raw mode → events. Sequences may arrive in pieces; a lone Esc is told from the start of a
/// sequence by <see cref="Flush"/>, which the reader calls after a short silence. Of pasted text (bracketed paste) only
/// characters come through, as such; sequences nobody asked for are dropped.
/// </summary>
internal sealed class InputParser
{
    private const int LongestSequence = 256;

    private readonly byte[] _pending = new byte[LongestSequence];
    private int _length;
    private bool _pasting;

    /// <summary>True when bytes wait for the rest of their sequence.</summary>
    public bool IsPending => _length > 0;

    public void Feed(ReadOnlySpan<byte> bytes, List<InputEvent> into)
    {
        foreach (var value in bytes)
        {
            // Hostile or broken input without an end: drop what is held, go on.
            if (_length == LongestSequence) _length = 0;
            _pending[_length++] = value;
            Drain(into, final: false);
        }
    }

    /// <summary>No more bytes came: what is pending stands for itself.</summary>
    public void Flush(List<InputEvent> into) => Drain(into, final: true);

    private void Drain(List<InputEvent> into, bool final)
    {
        while (_length > 0)
        {
            var used = Take(_pending.AsSpan(0, _length), final, out var input);
            if (used == 0) return;
            _pending.AsSpan(used, _length - used).CopyTo(_pending);
            _length -= used;
            // A paste whose end got lost must not lock the user out.
            if (input == InputEvent.Control('c')) _pasting = false;
            if (!_pasting && input.Key != Key.None) into.Add(input);
            else if (_pasting && input is { Key: Key.Character, Modifiers: KeyModifiers.None }) into.Add(input with { Key = Key.Pasted });
        }
    }

    /// <returns>Bytes consumed; 0 when more are needed.</returns>
    private int Take(ReadOnlySpan<byte> bytes, bool final, out InputEvent input)
    {
        input = default;
        if (bytes[0] != 0x1B) return TakeCharacter(bytes, final, out input);
        if (bytes.Length == 1)
        {
            if (final) input = new InputEvent(Key.Escape);
            return final ? 1 : 0;
        }
        switch (bytes[1])
        {
            case (byte)'[':
                return TakeControlSequence(bytes, final, out input);
            case (byte)'O':
                if (bytes.Length < 3) return final ? Alt('O', out input) : 0;
                input = ControlSequences.Letter(bytes[2], KeyModifiers.None);
                return 3;
            case (byte)']' or (byte)'P' or (byte)'_' or (byte)'^':
                return TakeString(bytes, final, out input);
            case 0x1B:
                input = new InputEvent(Key.Escape);
                return 1;
            default:
                var used = TakeCharacter(bytes[1..], final, out input);
                if (used == 0) return 0;
                input = input with { Modifiers = input.Modifiers | KeyModifiers.Alt };
                return used + 1;
        }
    }

    private static int Alt(char character, out InputEvent input)
    {
        input = new InputEvent(Key.Character, character, KeyModifiers.Alt);
        return 2;
    }

    private static int TakeCharacter(ReadOnlySpan<byte> bytes, bool final, out InputEvent input)
    {
        var first = bytes[0];
        input = first switch
        {
            0x0D or 0x0A => new InputEvent(Key.Enter),
            0x09 => new InputEvent(Key.Tab),
            0x7F or 0x08 => new InputEvent(Key.Backspace),
            0x00 => InputEvent.Control(' '),
            < 0x1B => InputEvent.Control((char)(first + 0x60)),
            < 0x20 => InputEvent.Control((char)(first + 0x40)),
            < 0x80 => new InputEvent(Key.Character, first),
            _ => default,
        };
        if (first < 0x80) return 1;
        var status = Rune.DecodeFromUtf8(bytes, out var rune, out var used);
        if (status == OperationStatus.NeedMoreData && !final) return 0;
        if (status == OperationStatus.Done) input = new InputEvent(Key.Character, rune.Value);
        return Math.Max(1, used);
    }

    /// <summary>ESC [ parameters, intermediates, one final byte (ECMA-48 5.4).</summary>
    private int TakeControlSequence(ReadOnlySpan<byte> bytes, bool final, out InputEvent input)
    {
        input = default;
        var end = 2;
        // The Linux console's function keys: ESC [ [ A.
        if (bytes.Length > 2 && bytes[2] == (byte)'[') end = 3;
        while (end < bytes.Length && bytes[end] is >= 0x20 and < 0x40) end++;
        if (end == bytes.Length)
        {
            if (!final) return 0;
            return bytes.Length == 2 ? Alt('[', out input) : bytes.Length;
        }
        if (bytes[end] is < 0x40 or > 0x7E) return end;
        var parameters = bytes[2..end];
        if (bytes[end] == (byte)'~' && parameters.SequenceEqual("200"u8)) _pasting = true;
        else if (bytes[end] == (byte)'~' && parameters.SequenceEqual("201"u8)) _pasting = false;
        else input = ControlSequences.Parse(parameters, bytes[end]);
        return end + 1;
    }

    /// <summary>OSC, DCS, APC and PM strings: replies of the terminal, up to BEL or ST.</summary>
    private static int TakeString(ReadOnlySpan<byte> bytes, bool final, out InputEvent input)
    {
        input = default;
        for (var end = 2; end < bytes.Length; end++)
        {
            if (bytes[end] != 0x07 && !(bytes[end] == (byte)'\\' && bytes[end - 1] == 0x1B)) continue;
            var body = bytes[2..(bytes[end] == 0x07 ? end : end - 1)];
            if (bytes[1] == (byte)']') input = ControlSequences.ParseReply(body);
            return end + 1;
        }
        if (!final) return 0;
        return bytes.Length == 2 ? Alt((char)bytes[1], out input) : bytes.Length;
    }
}
