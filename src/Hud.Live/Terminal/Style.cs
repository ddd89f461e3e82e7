namespace Hud.Live.Terminal;

/// <summary>
/// A colour in two forms: 24-bit for terminals that can show it, and one of the 16 ANSI colours, chosen by hand because
/// the nearest of sixteen is rarely the one a person would pick. The default value means the terminal's own colour.
/// </summary>
public readonly record struct Color
{
    private readonly int _value;

    /// <param name="rgb">0xRRGGBB.</param>
    /// <param name="ansi">0–15 in the usual order: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones.</param>
    public Color(int rgb, int ansi) => _value = 1 << 28 | (ansi & 15) << 24 | rgb & 0xFFFFFF;

    public bool IsDefault => _value == 0;
    public int Rgb => _value & 0xFFFFFF;
    public int Ansi => _value >> 24 & 15;
}

[Flags]
public enum TextAttributes : byte
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Underline = 4,
    Reverse = 8,
}

/// <summary>How a cell looks.</summary>
public readonly record struct Style(Color Foreground = default, Color Background = default, TextAttributes Attributes = TextAttributes.None)
{
    public Style With(TextAttributes more) => this with { Attributes = Attributes | more };

    /// <summary>
    /// This style on the background, and with the attributes, of <paramref name="under"/>: text on a selected row. Reversed, a
    /// row keeps no colours: they would be patches of background.
    /// </summary>
    public Style On(Style under) => (under.Attributes & TextAttributes.Reverse) != 0 ? under.With(Attributes & ~TextAttributes.Dim) : new(
        Foreground.IsDefault ? under.Foreground : Foreground,
        under.Background.IsDefault ? Background : under.Background,
        Attributes | under.Attributes);
}
