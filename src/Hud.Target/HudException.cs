namespace Hud.Target;

/// <summary>What hud's exit code says; the numbers are part of the command line's contract.</summary>
public enum ExitCode
{
    Done = 0,
    Failed = 1,
    WrongUsage = 2,

    /// <summary><c>check</c> or <c>diff --fail-on-regression</c> found what it was told to fail on.</summary>
    CheckFailed = 3,

    /// <summary>Root or capabilities, the kernel, or its BTF is missing.</summary>
    PreconditionMissing = 4,

    /// <summary>No such process, several match, or it is no Tokio process.</summary>
    NoTarget = 5,
}

/// <summary>
/// An expected failure that a person can act on. Printed without a stack trace, on one line: the message, then the fix.
/// A defect of hud itself is any other exception.
/// </summary>
/// <param name="message">What is wrong, as a sentence without a full stop.</param>
/// <param name="fix">What to do about it; null where nothing can be done.</param>
/// <param name="code">The program's exit code.</param>
public sealed class HudException(string message, string? fix, ExitCode code, Exception? inner = null)
    : Exception(message, inner)
{
    public string? Fix { get; } = fix;

    public ExitCode Code { get; } = code;

    /// <summary>Message and fix on one line.</summary>
    public string Line => Fix is null ? Message : $"{Message}; {Fix}";
}
