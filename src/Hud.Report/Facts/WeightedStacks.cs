using Hud.Analysis;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>
/// A group's stacks with weights that add up to its total exactly. Stacks that were lost or capped leave a rest; it goes
/// to a stack of just the culprit and its call, which every poll of the group shares.
/// </summary>
internal static class WeightedStacks
{
    public static IEnumerable<WeightedStack> Of(Blocker blocker)
    {
        long rest = blocker.TotalNs, restCount = blocker.Count;
        foreach (var stack in blocker.Stacks)
        {
            // Rounding upstream may give a stack more than is left; the total is the truth.
            var ns = Math.Min(stack.Ns, rest);
            rest -= ns;
            restCount -= stack.Count;
            if (ns > 0 && stack.Frames.Count > 0)
                yield return ns == stack.Ns ? stack : stack with { Ns = ns };
            else
                rest += ns;
        }

        if (rest > 0)
            yield return new WeightedStack(Math.Max(restCount, 0), rest, Known(blocker));
    }

    /// <summary>The frames that hold for every poll of the group, innermost first.</summary>
    public static IReadOnlyList<Frame> Known(Blocker blocker) => blocker.Call is { } call ? [call, blocker.Culprit] : [blocker.Culprit];

    /// <summary>
    /// The stack of any single poll of the group as far as it is known: the outer frames that all its stacks share, then
    /// culprit and call. With one stack that is the stack.
    /// </summary>
    public static IReadOnlyList<Frame> Common(Blocker blocker)
    {
        var stacks = blocker.Stacks.Where(s => s.Frames.Count > 0).ToArray();
        if (stacks.Length == 0)
            return Known(blocker);
        if (stacks.Length == 1)
            return stacks[0].Frames;
        var first = stacks[0].Frames;
        var shared = first.Count;
        foreach (var other in stacks.AsSpan(1))
        {
            var same = 0;
            while (same < Math.Min(shared, other.Frames.Count) && Same(first[^(same + 1)], other.Frames[^(same + 1)]))
                same++;
            shared = same;
        }

        Frame[] common = [.. first.Skip(first.Count - shared)];
        var reached = Array.FindIndex(common, f => Culprits.Is(f, blocker.Culprit));
        if (reached < 0)
            return [.. Known(blocker), .. common];
        var call = blocker.Call is { } c && !common.Take(reached).Any(f => f.Function == c.Function);
        return call && reached == 0 ? [blocker.Call!, .. common] : common;
    }

    /// <summary>
    /// Without the frames that tell nothing about the user's code: Tokio and std on the way from the thread's start to the
    /// innermost user frame. What that frame called into stays, and so does a stack without user frames.
    /// </summary>
    public static IEnumerable<Frame> WithoutRuntime(IReadOnlyList<Frame> frames)
    {
        var user = 0;
        while (user < frames.Count && frames[user].Kind != FrameKind.User)
            user++;
        if (user == frames.Count)
            return frames;
        return frames.Where((f, i) => i <= user || f.Kind is FrameKind.User or FrameKind.Dependency);
    }

    private static bool Same(Frame a, Frame b) => ReferenceEquals(a, b) || (a.Function == b.Function && a.Line == b.Line && a.File == b.File);
}
