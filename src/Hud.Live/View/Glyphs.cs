namespace Hud.Live.View;

/// <summary>The characters that draw: in Unicode, and in ASCII for terminals and fonts without.</summary>
internal sealed record Glyphs
{
    public required string Ellipsis { get; init; }
    public required string Horizontal { get; init; }
    public required string Vertical { get; init; }
    public required string Selected { get; init; }
    public required string User { get; init; }
    public required string Inlined { get; init; }
    public required string Ascending { get; init; }
    public required string Descending { get; init; }
    public required string Arrow { get; init; }
    public required string Separator { get; init; }
    public required string TopLeft { get; init; }
    public required string TopRight { get; init; }
    public required string BottomLeft { get; init; }
    public required string BottomRight { get; init; }
    public required string Dash { get; init; }

    /// <summary>Bars from empty to full, in eighths of a cell where the font can.</summary>
    public required string[] Bar { get; init; }

    /// <summary>Columns from empty to full, one cell high.</summary>
    public required string[] Columns { get; init; }

    public static Glyphs Unicode { get; } = new()
    {
        Ellipsis = "…",
        Horizontal = "─",
        Vertical = "│",
        Selected = "▸",
        User = "●",
        Inlined = "↳",
        Ascending = "▲",
        Descending = "▼",
        Arrow = "→",
        Separator = "·",
        TopLeft = "┌",
        TopRight = "┐",
        BottomLeft = "└",
        BottomRight = "┘",
        Dash = "—",
        Bar = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        Columns = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    };

    public static Glyphs Ascii { get; } = new()
    {
        Ellipsis = "~",
        Horizontal = "-",
        Vertical = "|",
        Selected = ">",
        User = "*",
        Inlined = "^",
        Ascending = "^",
        Descending = "v",
        Arrow = "->",
        Separator = "-",
        TopLeft = "+",
        TopRight = "+",
        BottomLeft = "+",
        BottomRight = "+",
        Dash = "-",
        Bar = [" ", "#"],
        Columns = [" ", ".", ":", "|", "#"],
    };
}
