namespace Hud.Symbols.Symbolization;

/// <summary>Why an address has no name, or a name and nothing else.</summary>
public enum NameGap
{
    /// <summary>Function, file and line are known.</summary>
    None,
    OutsideModules,
    NoSymbols,
    NoSymbolHere,
    NoDebugInformation,
    NotDescribed,
    NoSplitUnit,
    NoLine,
}

/// <summary>The reasons in words.</summary>
public static class NameGaps
{
    private static readonly string[] s_sentences =
    [
        "Nothing is missing.",
        "The address lies in no mapped file: generated code or a bad pointer.",
        "The file has neither symbols nor debug information: no name.",
        "No symbol and no debug information of the file reaches to this address: no name.",
        "The file has no debug information: a name, but no line and no inlined calls.",
        "The file's debug information leaves this code out, which was built without: a name, but no line and no inlined calls.",
        "The .dwo or .dwp file with this code's debug information was not found, or is of another build: lines, but no inlined calls.",
        "The compiler gave this code no line.",
    ];

    public static string Sentence(this NameGap gap) => (uint)gap < (uint)s_sentences.Length ? s_sentences[(int)gap] : "Unknown.";
}
