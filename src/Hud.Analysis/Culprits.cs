using Hud.Analysis.Classification;
using Hud.Analysis.Model;
using Hud.Symbols.Naming;

namespace Hud.Analysis;

/// <summary>How a frame is called where it is the culprit.</summary>
public static class Culprits
{
    /// <summary>
    /// The drop of a user's type has no function of its own in the source: <c>drop_in_place&lt;Stage&lt;app::flush&gt;&gt;</c> is the
    /// <c>drop of app::flush</c>. Any other function keeps its name.
    /// </summary>
    public static string NameOf(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return frame.Kind == FrameKind.User && DroppedType(frame.Function) is { } type ? DropGlue.Prefix + type : frame.Function;
    }

    /// <summary>True when <paramref name="culprit"/> was read from a frame like this one.</summary>
    public static bool Is(Frame frame, Frame culprit)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(culprit);
        return frame.Function == culprit.Function || (culprit.Function.StartsWith(DropGlue.Prefix, StringComparison.Ordinal) && NameOf(frame) == culprit.Function);
    }

    /// <summary>The frame as a culprit. Lines of drop glue are those of the standard library.</summary>
    internal static Frame Of(Frame frame) =>
        NameOf(frame) is var name && name != frame.Function ? frame with { Function = name, File = null, Line = null } : frame;

    /// <summary>Null for what is no drop glue, an implementation of <c>Drop</c> for a type outside std included.</summary>
    private static string? DroppedType(string function) =>
        DropGlue.DroppedType(function) is { } dropped && FunctionPath.CrateOf(function) is { } crate && FunctionPath.IsStd(crate)
            ? DropGlue.Owned(dropped, c => !FunctionPath.IsStd(c) && c != "tokio" && !KnownCrates.Contains(c)) ?? dropped
            : null;
}
