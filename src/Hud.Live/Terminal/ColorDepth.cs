namespace Hud.Live.Terminal;

/// <summary>How many colours the terminal shows.</summary>
public enum ColorDepth
{
    None,
    Ansi16,
    Palette256,
    TrueColor,
}

/// <summary>Writes styles as SGR sequences for one colour depth.</summary>
internal static class SgrWriter
{
    /// <summary>The whole style from scratch: shorter to reason about than a difference, and diffing cells already makes it rare.</summary>
    public static void Write(ByteBuffer output, Style style, ColorDepth depth)
    {
        output.Append("\e[0"u8);
        if ((style.Attributes & TextAttributes.Bold) != 0) output.Append(";1"u8);
        if ((style.Attributes & TextAttributes.Dim) != 0) output.Append(";2"u8);
        if ((style.Attributes & TextAttributes.Underline) != 0) output.Append(";4"u8);
        if ((style.Attributes & TextAttributes.Reverse) != 0) output.Append(";7"u8);
        WriteColor(output, style.Foreground, depth, background: false);
        WriteColor(output, style.Background, depth, background: true);
        output.Append("m"u8);
    }

    private static void WriteColor(ByteBuffer output, Color color, ColorDepth depth, bool background)
    {
        if (color.IsDefault) return;
        switch (depth)
        {
            case ColorDepth.Ansi16:
                output.Append(";"u8);
                output.Append((color.Ansi < 8 ? 30 + color.Ansi : 90 + color.Ansi - 8) + (background ? 10 : 0));
                break;
            case ColorDepth.Palette256:
                output.Append(background ? ";48;5;"u8 : ";38;5;"u8);
                output.Append(ToPalette(color.Rgb));
                break;
            case ColorDepth.TrueColor:
                output.Append(background ? ";48;2;"u8 : ";38;2;"u8);
                output.Append(color.Rgb >> 16 & 255);
                output.Append(";"u8);
                output.Append(color.Rgb >> 8 & 255);
                output.Append(";"u8);
                output.Append(color.Rgb & 255);
                break;
        }
    }

    /// <summary>Index in xterm's 256 colours: the nearer of the 6×6×6 cube and the grey ramp.</summary>
    internal static int ToPalette(int rgb)
    {
        int red = rgb >> 16 & 255, green = rgb >> 8 & 255, blue = rgb & 255;
        int r = Step(red), g = Step(green), b = Step(blue);
        var grey = Math.Clamp(((red + green + blue) / 3 - 8 + 5) / 10, 0, 23);
        var level = 8 + 10 * grey;
        var cube = Distance(red - Level(r), green - Level(g), blue - Level(b));
        return Distance(red - level, green - level, blue - level) < cube ? 232 + grey : 16 + 36 * r + 6 * g + b;

        static int Step(int value) => value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
        static int Level(int step) => step == 0 ? 0 : 55 + 40 * step;
        static int Distance(int x, int y, int z) => x * x + y * y + z * z;
    }
}
