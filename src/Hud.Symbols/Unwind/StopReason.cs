namespace Hud.Symbols.Unwind;

/// <summary>Why a stack has no further frames.</summary>
public enum StopReason
{
    /// <summary>The one good reason.</summary>
    EndOfStack,
    StackNotCopied,
    NoUnwindInformation,
    OutsideModules,
    RegisterUnknown,
    BadRules,
    NoProgress,
    FrameLimit,
}

/// <summary>The reasons in words.</summary>
public static class StopReasons
{
    private static readonly string[] s_sentences =
    [
        "The outermost frame of the thread was reached.",
        "The stack goes on beyond the bytes that were copied.",
        "The file has no unwind information for this address, and neither its code nor a frame pointer leads to the caller.",
        "The address lies in no mapped file: generated code or a bad pointer.",
        "A register that the unwind rules need was not captured.",
        "The unwind rules at this address are damaged.",
        "The unwind rules lead back to the same frame.",
        "The stack has more frames than the limit.",
    ];

    public static string Sentence(this StopReason reason) =>
        (uint)reason < (uint)s_sentences.Length ? s_sentences[(int)reason] : "Unknown.";
}
