using Hud.Analysis.Model;
using Hud.Live.Terminal;

namespace Hud.Live.View;

/// <summary>Colours by role, for one background. Colour repeats what a word, a letter or a mark says already.</summary>
internal sealed record Theme
{
    public required bool Light { get; init; }
    public required Style Text { get; init; }
    public required Style Dim { get; init; }
    public required Style Heading { get; init; }
    public required Style Accent { get; init; }
    public required Style Selected { get; init; }
    public required Style Good { get; init; }
    public required Style Warning { get; init; }
    public required Style Bad { get; init; }
    public required Style UserCode { get; init; }
    public required Style Bar { get; init; }
    public required Style FlameUser { get; init; }
    public required Style FlameDependency { get; init; }
    public required Style FlameKernel { get; init; }
    public required Style FlameOther { get; init; }
    public required Style Parked { get; init; }
    public required Style Polling { get; init; }
    public required Style RunQueue { get; init; }
    public required Style BlockedBriefly { get; init; }
    public required IReadOnlyDictionary<string, Style> CauseStyles { get; init; }

    public Style Cause(string cause) => CauseStyles.TryGetValue(cause, out var style) ? style : Text;

    public static Theme Dark { get; } = Create(light: false);
    public static Theme LightTheme { get; } = Create(light: true);

    public static Theme For(bool light, ColorDepth depth)
    {
        var theme = light ? LightTheme : Dark;
        // None of sixteen backgrounds goes with all the others as text.
        if (depth is ColorDepth.Ansi16 or ColorDepth.None) theme = theme with { Selected = new Style(Attributes: TextAttributes.Reverse) };
        return depth == ColorDepth.None ? theme with { Dim = new Style(Attributes: TextAttributes.Dim) } : theme;
    }

    private static Theme Create(bool light)
    {
        Style Of(int onDark, int ansiOnDark, int onLight, int ansiOnLight, TextAttributes attributes = TextAttributes.None) =>
            new(light ? new Color(onLight, ansiOnLight) : new Color(onDark, ansiOnDark), default, attributes);

        Style Box(int onDark, int ansiOnDark, int onLight, int ansiOnLight) =>
            new(default, light ? new Color(onLight, ansiOnLight) : new Color(onDark, ansiOnDark));

        var red = Of(0xFF6B6B, 9, 0xB3261E, 1);
        var yellow = Of(0xE8C547, 11, 0x8A6100, 3);
        var grey = Of(0x8B949E, 8, 0x6B7280, 8);
        var blue = Of(0x6CB6FF, 12, 0x0B5CAD, 4);
        return new Theme
        {
            Light = light,
            Text = default,
            Dim = grey,
            Heading = new Style(Attributes: TextAttributes.Bold),
            Accent = blue.With(TextAttributes.Bold),
            Selected = new Style(default, light ? new Color(0xDCE6F2, 7) : new Color(0x2A3A4D, 4)),
            Good = Of(0x57D38C, 10, 0x1B7F3B, 2, TextAttributes.Bold),
            Warning = yellow.With(TextAttributes.Bold),
            Bad = red.With(TextAttributes.Bold),
            UserCode = Of(0x7EE0FF, 14, 0x00607A, 6, TextAttributes.Bold),
            Bar = blue,
            FlameUser = Box(0x7A3B1E, 1, 0xFFD2B8, 3).With(TextAttributes.Bold),
            FlameDependency = Box(0x5C4A1E, 3, 0xFFEBB0, 7),
            FlameKernel = Box(0x27405E, 4, 0xCFE0F5, 6),
            FlameOther = Box(0x353B44, 0, 0xE3E6EA, 7),
            Parked = grey,
            Polling = Of(0x57D38C, 2, 0x1B7F3B, 2),
            RunQueue = Of(0xD9A05B, 3, 0x7A4A00, 3),
            BlockedBriefly = yellow,
            CauseStyles = new Dictionary<string, Style>
            {
                [Causes.Cpu] = Of(0xFF8C5A, 9, 0xA83F00, 1),
                [Causes.Lock] = Of(0xD98CFF, 13, 0x7B1FA2, 5),
                [Causes.Sleep] = Of(0x6CB6FF, 12, 0x0B5CAD, 4),
                [Causes.FileIo] = Of(0xFF6B6B, 9, 0xB3261E, 1),
                [Causes.NetIo] = Of(0x4FD6C9, 14, 0x006A60, 6),
                [Causes.Dns] = Of(0x7EE0FF, 14, 0x00607A, 6),
                [Causes.Process] = Of(0xF29BC1, 13, 0xA0336B, 5),
                [Causes.Pipe] = Of(0xC7D36F, 11, 0x5C6B00, 3),
                [Causes.PageFault] = Of(0xFFB38A, 11, 0x8F4A1C, 3),
                [Causes.Other] = Of(0xC0C7D0, 7, 0x4B5563, 0),
                [Causes.CpuStarved] = yellow,
            },
        };
    }
}
