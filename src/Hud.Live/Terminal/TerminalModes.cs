namespace Hud.Live.Terminal;

/// <summary>The sequences that take a terminal over and give it back.</summary>
internal static class TerminalModes
{
    /// <summary>
    /// Alternate screen, hidden cursor, no line wrap, button and wheel reports in SGR form, bracketed paste,
    /// and the question for the background colour (OSC 11), which decides between light and dark.
    /// </summary>
    public static ReadOnlySpan<byte> Enter => "\e[?1049h\e[?25l\e[?7l\e[?1000h\e[?1006h\e[?2004h\e]11;?\e\\"u8;

    public static ReadOnlySpan<byte> Leave => "\e[?2026l\e[?2004l\e[?1006l\e[?1000l\e[?7h\e[0m\e[?25h\e[?1049l"u8;

    /// <summary>Puts text on the clipboard of the terminal, over SSH and sudo as well (OSC 52).</summary>
    public static byte[] Copy(string text)
    {
        var payload = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
        return System.Text.Encoding.ASCII.GetBytes($"\e]52;c;{payload}\e\\");
    }
}
