using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>One frame of a flame graph: what all stacks with the same frames above it took together.</summary>
public sealed class FlameNode
{
    private readonly Dictionary<string, FlameNode> _byName = new(StringComparer.Ordinal);
    private FlameNode[]? _children;

    internal FlameNode(string name, string? location, FrameKind kind, string cause, int depth) =>
        (Name, Location, Kind, Cause, Depth) = (name, location, kind, cause, depth);

    /// <summary>Cleaned of what a terminal or a page must not get.</summary>
    public string Name { get; }

    /// <summary>"src/main.rs:42" of the first stack that had this frame.</summary>
    public string? Location { get; }
    public FrameKind Kind { get; }
    public string Cause { get; }

    /// <summary>0 at the root.</summary>
    public int Depth { get; }
    public long Ns { get; private set; }
    public long Count { get; private set; }

    /// <summary>Widest first, equal ones by name.</summary>
    public IReadOnlyList<FlameNode> Children => _children ??= [.. _byName.Values.OrderByDescending(c => c.Ns).ThenBy(c => c.Name, StringComparer.Ordinal)];

    internal void Add(long ns, long count) => (Ns, Count) = (Ns + ns, Count + count);

    /// <summary>The child of that name, made if there is none. The tree is built before anybody looks at <see cref="Children"/>.</summary>
    internal FlameNode Child(string name, string? location, FrameKind kind, string cause)
    {
        if (!_byName.TryGetValue(name, out var child))
            _byName.Add(name, child = new FlameNode(name, location, kind, cause, Depth + 1));
        return child;
    }
}

/// <summary>Blocked time as a tree of frames, outermost first.</summary>
public static class FlameTree
{
    /// <summary>Deeper stacks lose their outermost frames: drawing recurses, and nobody looks that far.</summary>
    private const int MaxDepth = 400;

    /// <summary>One blocker's stacks without the runtime's frames. The root's time is the blocker's total.</summary>
    public static FlameNode Of(Blocker blocker)
    {
        ArgumentNullException.ThrowIfNull(blocker);
        var root = new FlameNode(NameText.Clean(blocker.Culprit.Function), null, FrameKind.User, blocker.Cause, 0);
        foreach (var stack in WeightedStacks.Of(blocker)) Add(root, stack, blocker.Cause, ExportOptions.Default, _ => null);
        return root;
    }

    /// <summary>A whole report: causes first, below them the stacks. The root's time is the report's total.</summary>
    internal static FlameNode Of(Report report, ExportOptions options)
    {
        var paths = new SourcePaths(report, options.SourceRoot);
        var root = new FlameNode("all blocked time", null, FrameKind.User, "", 0);
        foreach (var blocker in report.Blockers)
        {
            foreach (var stack in WeightedStacks.Of(blocker))
            {
                root.Add(stack.Ns, stack.Count);
                Add(root.Child(blocker.Cause, null, FrameKind.User, blocker.Cause), stack, blocker.Cause, options, paths.Location);
            }
        }

        return root;
    }

    internal static IEnumerable<Frame> Frames(WeightedStack stack, ExportOptions options) =>
        options.RuntimeFrames ? stack.Frames : WeightedStacks.WithoutRuntime(stack.Frames);

    private static void Add(FlameNode node, WeightedStack stack, string cause, ExportOptions options, Func<Frame, string?> location)
    {
        node.Add(stack.Ns, stack.Count);
        foreach (var frame in Frames(stack, options).Take(MaxDepth).Reverse())
        {
            node = node.Child(NameText.Clean(frame.Function) is { Length: > 0 } name ? name : "?", location(frame), frame.Kind, cause);
            node.Add(stack.Ns, stack.Count);
        }
    }
}
