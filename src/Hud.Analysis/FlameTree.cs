using Hud.Analysis.Model;

namespace Hud.Analysis;

/// <summary>
/// A frame of a <see cref="FlameTree"/> in its place. <c>TotalNs = SelfNs + sum of the children's TotalNs</c>, exactly.
/// </summary>
public sealed class FlameNode
{
    private readonly Dictionary<(string, FrameKind), FlameNode> _byFrame = [];
    private FlameNode[]? _sorted;

    internal FlameNode(Frame? frame, int depth)
    {
        Frame = frame;
        Depth = depth;
    }

    /// <summary>The first frame seen here: others of the same function may have other lines. Null at the root.</summary>
    public Frame? Frame { get; }

    /// <summary>0 at the root.</summary>
    public int Depth { get; }

    /// <summary>Time of all stacks that pass here.</summary>
    public long TotalNs { get; private set; }

    /// <summary>Time of the stacks that end here.</summary>
    public long SelfNs { get; private set; }

    /// <summary>Polls whose stacks pass here; a poll counts once for each of its stacks.</summary>
    public long Count { get; private set; }

    /// <summary>Most time first.</summary>
    public IReadOnlyList<FlameNode> Children =>
        _sorted ??= [.. _byFrame.Values.OrderByDescending(n => n.TotalNs).ThenBy(n => n.Frame!.Function, StringComparer.Ordinal)];

    internal FlameNode Child(Frame frame)
    {
        if (_byFrame.TryGetValue((frame.Function, frame.Kind), out var child)) return child;
        child = new FlameNode(frame, Depth + 1);
        _byFrame.Add((frame.Function, frame.Kind), child);
        _sorted = null;
        return child;
    }

    internal void Pass(long ns, long count)
    {
        TotalNs += ns;
        Count += count;
        _sorted = null;
    }

    internal void End(long ns) => SelfNs += ns;
}

/// <summary>Weighted stacks merged from one end: what a flame graph draws.</summary>
public sealed class FlameTree
{
    private FlameTree()
    {
    }

    public FlameNode Root { get; } = new(null, 0);

    /// <summary>Edges from the root to the deepest node.</summary>
    public int Depth { get; private set; }

    /// <param name="stacks">Frames innermost first, as in a report.</param>
    /// <param name="inverted">Merge from the innermost frame ("who called it") instead of from the outermost.</param>
    /// <param name="trimRuntime">Leave out the frames outside the poll: thread start and the worker's loop.</param>
    public static FlameTree Of(IEnumerable<WeightedStack> stacks, bool inverted = false, bool trimRuntime = false)
    {
        ArgumentNullException.ThrowIfNull(stacks);
        var tree = new FlameTree();
        foreach (var stack in stacks) tree.Add(stack, inverted, trimRuntime);
        return tree;
    }

    /// <summary>The stacks of all blockers, or of those that <paramref name="filter"/> lets pass.</summary>
    public static FlameTree Of(Report report, Func<Blocker, bool>? filter = null, bool inverted = false, bool trimRuntime = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Of(report.Blockers.Where(b => filter is null || filter(b)).SelectMany(b => b.Stacks), inverted, trimRuntime);
    }

    private void Add(WeightedStack stack, bool inverted, bool trimRuntime)
    {
        var count = stack.Frames.Count;
        if (trimRuntime)
        {
            for (var i = 0; i < stack.Frames.Count; i++)
            {
                if (!Reading.TokioFrames.IsPollBoundary(stack.Frames[i])) continue;
                if (i > 0) count = i;
                break;
            }
        }
        var node = Root;
        node.Pass(stack.Ns, stack.Count);
        for (var i = 0; i < count; i++)
        {
            node = node.Child(stack.Frames[inverted ? i : count - 1 - i]);
            node.Pass(stack.Ns, stack.Count);
        }
        node.End(stack.Ns);
        Depth = Math.Max(Depth, node.Depth);
    }
}
