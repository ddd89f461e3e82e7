namespace Hud.Live.Terminal;

/// <summary>What a terminal can show, as its environment says.</summary>
public sealed record TerminalProfile(ColorDepth Depth, bool Ascii, bool? LightBackground)
{
    /// <summary>Inside tmux or screen, which decide what of an OSC 52 they pass on. TERM tells, sudo drops TMUX.</summary>
    public bool Multiplexed { get; init; }

    /// <summary>Reads TERM, COLORTERM, NO_COLOR, the locale variables and COLORFGBG.</summary>
    /// <param name="variable">Value of an environment variable, null if unset.</param>
    public static TerminalProfile Detect(Func<string, string?> variable) => new(
        DetectDepth(variable), !IsUtf8(variable), DetectBackground(variable("COLORFGBG")))
    {
        Multiplexed = variable("TERM") is { } term && (term.StartsWith("tmux", StringComparison.Ordinal) || term.StartsWith("screen", StringComparison.Ordinal)),
    };

    public static TerminalProfile Detect() => Detect(Environment.GetEnvironmentVariable);

    private static ColorDepth DetectDepth(Func<string, string?> variable)
    {
        var term = variable("TERM") ?? "";
        if (!string.IsNullOrEmpty(variable("NO_COLOR")) || term is "" or "dumb" || term.StartsWith("vt", StringComparison.Ordinal)) return ColorDepth.None;
        if (variable("COLORTERM") is "truecolor" or "24bit" || term.Contains("direct", StringComparison.Ordinal)) return ColorDepth.TrueColor;
        if (term.Contains("256", StringComparison.Ordinal) || term is "xterm-kitty" or "alacritty" or "foot" or "wezterm") return ColorDepth.Palette256;
        return ColorDepth.Ansi16;
    }

    /// <summary>The first of the three locale variables that is set decides, as in setlocale(3). sudo usually keeps them.</summary>
    private static bool IsUtf8(Func<string, string?> variable)
    {
        if (variable("TERM") is "linux") return false;
        foreach (var name in (ReadOnlySpan<string>)["LC_ALL", "LC_CTYPE", "LANG"])
        {
            var value = variable(name);
            if (string.IsNullOrEmpty(value)) continue;
            return value.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || value.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
        }
        return false;
    }

    /// <summary>"15;0" or "0;default;15": foreground first, background last.</summary>
    private static bool? DetectBackground(string? value)
    {
        if (value is null || !int.TryParse(value[(value.LastIndexOf(';') + 1)..], out var background)) return null;
        return background is 7 or >= 9 and <= 15;
    }
}
