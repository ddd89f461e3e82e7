namespace Hud.Reporting;

/// <summary>How the text report looks.</summary>
public sealed record TextReportOptions
{
    /// <summary>Columns; held to 60…240.</summary>
    public int Width { get; init; } = 100;

    /// <summary>ANSI colours. The caller knows about NO_COLOR and whether this is a terminal.</summary>
    public bool Color { get; init; }

    /// <summary>Groups that get their stack and advice; the rest stays in the table.</summary>
    public int Details { get; init; } = 12;

    /// <summary>Frames of a stack that are shown.</summary>
    public int StackFrames { get; init; } = 24;

    /// <summary>Directory of the sources to cut off paths; guessed when null.</summary>
    public string? SourceRoot { get; init; }
}
