using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>All keys, and what the letters and words mean.</summary>
internal static class HelpOverlay
{
    private static readonly (string Key, string Meaning)[] Lines =
    [
        ("1 to 5, Tab", "screens: blockers, workers, events, status, futures"),
        ("Up Down, j k", "move; PgUp PgDn by a page, Home End g G to the ends"),
        ("Left Right, h l", "sort by the next column; in the detail the next stack"),
        ("Enter, Esc", "open the selected blocker, go back"),
        ("s S, i", "sort by the next or previous column; invert the order"),
        ("/", "filter: words, worker:2, cause:lock, crate:sqlx"),
        ("m, M", "mute the selected blocker as known; hide muted ones"),
        ("Space", "pause and resume the screen; measuring goes on"),
        ("+ -", "raise or lower the threshold"),
        ("w, r", "next window; reset: forget what was seen"),
        ("e", "write the exports now"),
        ("y", "copy what is selected to the clipboard (OSC 52)"),
        ("mouse", "click a tab, title, row, moment; a row again opens it"),
        ("?, q, Ctrl-L", "this help; quit (Ctrl-C too); draw the screen anew"),
        ("", ""),
        ("own time", "time on the CPU and asleep in the kernel inside one poll"),
        ("blocker", "a poll whose own time reaches the threshold"),
        ("starved", "late only because no CPU was free: no code is to blame"),
        ("share", "part of the time of all workers together"),
        ("strip letter", "the blocker of that moment, small under a fifth of it"),
    ];

    public static void Draw(Canvas canvas)
    {
        var theme = canvas.Theme;
        var width = Math.Min(canvas.Width - 4, 86);
        var height = Math.Min(canvas.Height - 2, Lines.Length + 2);
        var x = (canvas.Width - width) / 2;
        var y = (canvas.Height - height) / 2;
        canvas.Cells.Fill(x, y, width, height, theme.Text);
        Frame(canvas, x, y, width, height);
        canvas.Text(x + 2, y, width - 4, theme.Heading, " Keys and words; any key closes this ");
        if (height < Lines.Length + 2) canvas.TextRight(x + 2, y + height - 1, width - 4, theme.Warning, " more in a higher window ");
        for (var line = 0; line < Lines.Length && line < height - 2; line++)
        {
            canvas.Text(x + 2, y + 1 + line, 15, theme.Accent, Lines[line].Key);
            canvas.Text(x + 18, y + 1 + line, width - 20, theme.Text, Lines[line].Meaning);
        }
    }

    private static void Frame(Canvas canvas, int x, int y, int width, int height)
    {
        var (glyphs, dim) = (canvas.Glyphs, canvas.Theme.Dim);
        canvas.HorizontalLine(x + 1, y, width - 2, dim);
        canvas.HorizontalLine(x + 1, y + height - 1, width - 2, dim);
        for (var row = y + 1; row < y + height - 1; row++)
        {
            canvas.Text(x, row, 1, dim, glyphs.Vertical);
            canvas.Text(x + width - 1, row, 1, dim, glyphs.Vertical);
        }
        canvas.Text(x, y, 1, dim, glyphs.TopLeft);
        canvas.Text(x + width - 1, y, 1, dim, glyphs.TopRight);
        canvas.Text(x, y + height - 1, 1, dim, glyphs.BottomLeft);
        canvas.Text(x + width - 1, y + height - 1, 1, dim, glyphs.BottomRight);
    }
}
