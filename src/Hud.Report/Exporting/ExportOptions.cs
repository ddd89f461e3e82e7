namespace Hud.Reporting;

/// <summary>Choices that exporters share.</summary>
public sealed record ExportOptions
{
    public static ExportOptions Default { get; } = new();

    /// <summary>Directory of the sources as the compiler saw it; cut off to make repository-relative paths. Null: guessed from the frames.</summary>
    public string? SourceRoot { get; init; }

    /// <summary>Link template with <c>{file}</c> and <c>{line}</c>, such as a forge's blob address. Null: no links.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>Keep Tokio, std and libc frames below the user's code in flame graphs; without it they are left out there.</summary>
    public bool RuntimeFrames { get; init; }

    /// <summary>Reads a source file for the HTML report's excerpts; null result or null delegate: no excerpt.</summary>
    public Func<string, IReadOnlyList<string>?>? Sources { get; init; }


    /// <summary>Result of a check that SARIF, JUnit, annotations and Markdown present instead of all blockers.</summary>
    public CheckResult? Check { get; init; }

    /// <summary>Columns of the text report.</summary>
    public int Width { get; init; } = 100;

    /// <summary>ANSI colours in the text report.</summary>
    public bool Color { get; init; }
}
