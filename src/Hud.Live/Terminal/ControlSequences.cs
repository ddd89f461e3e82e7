using System.Buffers.Text;

namespace Hud.Live.Terminal;

/// <summary>The meaning of complete control sequences: xterm's keys, SGR mouse reports and the OSC 11 reply.</summary>
internal static class ControlSequences
{
    /// <param name="parameters">What stands between <c>ESC [</c> and the final byte.</param>
    public static InputEvent Parse(ReadOnlySpan<byte> parameters, byte final)
    {
        if (parameters is [(byte)'<', .. var mouse]) return Mouse(mouse, final);
        Span<int> numbers = stackalloc int[3];
        if (!Numbers(parameters, numbers, out var count)) return default;
        var modifiers = count > 1 ? Modifiers(numbers[1]) : KeyModifiers.None;
        return final == (byte)'~' ? Tilde(numbers[0], modifiers) : Letter(final, modifiers);
    }

    public static InputEvent Letter(byte final, KeyModifiers modifiers)
    {
        var key = final switch
        {
            (byte)'A' => Key.Up,
            (byte)'B' => Key.Down,
            (byte)'C' => Key.Right,
            (byte)'D' => Key.Left,
            (byte)'H' => Key.Home,
            (byte)'F' => Key.End,
            (byte)'M' => Key.Enter,
            (byte)'Z' => Key.BackTab,
            >= (byte)'P' and <= (byte)'S' => Key.Function,
            _ => Key.None,
        };
        return new InputEvent(key, key == Key.Function ? final - 'P' + 1 : 0, modifiers);
    }

    private static InputEvent Tilde(int number, KeyModifiers modifiers) => number switch
    {
        1 or 7 => new InputEvent(Key.Home, 0, modifiers),
        2 => new InputEvent(Key.Insert, 0, modifiers),
        3 => new InputEvent(Key.Delete, 0, modifiers),
        4 or 8 => new InputEvent(Key.End, 0, modifiers),
        5 => new InputEvent(Key.PageUp, 0, modifiers),
        6 => new InputEvent(Key.PageDown, 0, modifiers),
        >= 11 and <= 15 => new InputEvent(Key.Function, number - 10, modifiers),
        >= 17 and <= 21 => new InputEvent(Key.Function, number - 11, modifiers),
        23 or 24 => new InputEvent(Key.Function, number - 12, modifiers),
        _ => default,
    };

    private static KeyModifiers Modifiers(int parameter) => (KeyModifiers)(Math.Max(0, parameter - 1) & 7);

    /// <summary>SGR (1006): button; column; row, 'M' for a press, 'm' for a release.</summary>
    private static InputEvent Mouse(ReadOnlySpan<byte> parameters, byte final)
    {
        Span<int> numbers = stackalloc int[3];
        if (!Numbers(parameters, numbers, out var count) || count != 3 || final != (byte)'M') return default;
        var key = (numbers[0] & ~0x1C) switch { 0 => Key.MousePress, 64 => Key.MouseWheelUp, 65 => Key.MouseWheelDown, _ => Key.None };
        return new InputEvent(key, 0, KeyModifiers.None, numbers[1] - 1, numbers[2] - 1);
    }

    /// <summary>OSC 11 answers "11;rgb:RRRR/GGGG/BBBB" with one to four hexadecimal digits each.</summary>
    public static InputEvent ParseReply(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("11;rgb:"u8)) return default;
        body = body["11;rgb:".Length..];
        var rgb = 0;
        for (var part = 0; part < 3; part++)
        {
            var slash = body.IndexOf((byte)'/');
            var digits = slash < 0 ? body : body[..slash];
            if (digits.Length is < 1 or > 4 || !Utf8Parser.TryParse(digits, out uint value, out var used, 'x') || used != digits.Length) return default;
            var most = (1u << 4 * digits.Length) - 1;
            rgb = rgb << 8 | (int)(value * 255 / most);
            body = slash < 0 ? default : body[(slash + 1)..];
        }
        return new InputEvent(Key.BackgroundColor, rgb);
    }

    private static bool Numbers(ReadOnlySpan<byte> parameters, Span<int> numbers, out int count)
    {
        count = 0;
        numbers.Clear();
        if (parameters.IsEmpty) return true;
        foreach (var range in parameters.Split((byte)';'))
        {
            var part = parameters[range];
            if (count == numbers.Length) return true;
            // "1:2" carries a sub-parameter (kitty's event type): the number before it counts.
            var colon = part.IndexOf((byte)':');
            if (colon >= 0) part = part[..colon];
            if (part.IsEmpty) numbers[count] = 0;
            else if (!Utf8Parser.TryParse(part, out numbers[count], out var used) || used != part.Length) return false;
            count++;
        }
        return true;
    }
}
