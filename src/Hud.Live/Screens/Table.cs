using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>Arithmetic of scrolling lists.</summary>
internal static class Table
{
    /// <summary>First row to show so that the selection stays about in the middle: a function of what is shown, not of how it got there.</summary>
    public static int Top(int selected, int rows, int height) =>
        Math.Clamp(selected - height / 2, 0, Math.Max(0, rows - height));

    /// <summary>A mark at the right edge of a list that is longer than its area.</summary>
    public static void ScrollMark(Canvas canvas, Rect area, int top, int rows)
    {
        if (rows <= area.Height || area.Height < 2) return;
        var place = (int)((long)top * (area.Height - 1) / Math.Max(1, rows - area.Height));
        for (var y = 0; y < area.Height; y++)
            canvas.Text(area.Right - 1, area.Y + y, 1, canvas.Theme.Dim, y == place ? canvas.Glyphs.Bar[^1] : canvas.Glyphs.Vertical);
    }
}
