using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>One frame of a flame graph: what all stacks with the same frames above it took together.</summary>
internal sealed class FlameNode(string name, string? location, FrameKind kind, string cause)
{
    private readonly Dictionary<string, FlameNode> _children = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>"src/main.rs:42" of the first stack that had this frame.</summary>
    public string? Location { get; } = location;
    public FrameKind Kind { get; } = kind;
    public string Cause { get; } = cause;
    public long Ns { get; private set; }
    public long Count { get; private set; }

    /// <summary>Widest first, equal ones by name.</summary>
    public IEnumerable<FlameNode> Children => _children.Values.OrderByDescending(c => c.Ns).ThenBy(c => c.Name, StringComparer.Ordinal);

    public void Add(long ns, long count) => (Ns, Count) = (Ns + ns, Count + count);

    public FlameNode Child(string name, string? location, FrameKind kind, string cause)
    {
        if (!_children.TryGetValue(name, out var child))
            _children.Add(name, child = new FlameNode(name, location, kind, cause));
        return child;
    }
}

/// <summary>All blocked time as a tree: causes first, below them the stacks, outermost frame first. The root's time is the report's total.</summary>
internal static class FlameTree
{
    /// <summary>Deeper stacks lose their outermost frames: drawing recurses, and nobody looks that far.</summary>
    private const int MaxDepth = 400;

    public static FlameNode Of(Report report, ExportOptions options)
    {
        var paths = new SourcePaths(report, options.SourceRoot);
        var root = new FlameNode("all blocked time", null, FrameKind.User, "");
        foreach (var blocker in report.Blockers)
        {
            foreach (var stack in WeightedStacks.Of(blocker))
            {
                root.Add(stack.Ns, stack.Count);
                var node = root.Child(blocker.Cause, null, FrameKind.User, blocker.Cause);
                node.Add(stack.Ns, stack.Count);
                foreach (var frame in Frames(stack, options).Take(MaxDepth).Reverse())
                {
                    node = node.Child(NameText.Clean(frame.Function) is { Length: > 0 } n ? n : "?", paths.Location(frame), frame.Kind, blocker.Cause);
                    node.Add(stack.Ns, stack.Count);
                }
            }
        }

        return root;
    }

    public static IEnumerable<Frame> Frames(WeightedStack stack, ExportOptions options) =>
        options.RuntimeFrames ? stack.Frames : WeightedStacks.WithoutRuntime(stack.Frames);
}
