using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Naming;

/// <summary>A stack in source terms.</summary>
/// <param name="Frames">Innermost first: the kernel's frames, then the user's, inlined ones included.</param>
/// <param name="CutReason">Why unwinding stopped before the bottom of the thread's stack, as a sentence; null when it did not.</param>
public sealed record NamedStack(IReadOnlyList<Frame> Frames, string? CutReason);

/// <summary>Unwinds and names stacks. Called only for polls that are reported.</summary>
public interface IStackNamer
{
    /// <summary>Never throws on bad data: a frame that nothing names carries its address.</summary>
    NamedStack Name(StackEvent stack);

    /// <summary>The function that starts at a run-time address, its generic arguments included where they are known; "" where nothing names it.</summary>
    string FunctionAt(ulong address);

    /// <summary>Counts over everything named so far.</summary>
    SymbolQuality Quality { get; }
}
