using CsCheck;
using Hud.Analysis.Model;

namespace Hud.Analysis.Tests;

public sealed class FlameTreeTests
{
    private static WeightedStack Stack(long count, long ns, params string[] innermostFirst) =>
        new(count, ns, [.. innermostFirst.Select(Script.FrameOf)]);

    [Fact]
    public void Stacks_are_merged_from_the_outermost_frame()
    {
        var tree = FlameTree.Of([Stack(1, 10, "b@u", "a@u"), Stack(2, 30, "c@u", "a@u"), Stack(1, 5, "a@u")]);

        var a = Assert.Single(tree.Root.Children);
        Assert.Equal(("a", 45, 5, 4), (a.Frame!.Function, a.TotalNs, a.SelfNs, a.Count));
        Assert.Equal(["c", "b"], a.Children.Select(n => n.Frame!.Function));
        Assert.Equal(2, tree.Depth);
    }

    [Fact]
    public void Inverted_they_are_merged_from_the_innermost()
    {
        var tree = FlameTree.Of([Stack(1, 10, "write@c", "a@u"), Stack(1, 30, "write@c", "b@u")], inverted: true);

        Assert.Equal(("write", 40), (Assert.Single(tree.Root.Children).Frame!.Function, tree.Root.TotalNs));
    }

    [Fact]
    public void The_runtime_around_the_poll_can_be_left_out()
    {
        var tree = FlameTree.Of([Stack(1, 10, "f@u", "tokio::runtime::task::raw::poll@t", "start_thread@c")], trimRuntime: true);

        Assert.Equal("f", Assert.Single(tree.Root.Children).Frame!.Function);
    }

    [Fact]
    public void Every_node_is_the_sum_of_its_own_time_and_its_children() =>
        Gen.Select(Gen.Int[1, 5].Array[0, 6], Gen.Long[0, 1L << 50], (frames, ns) => new WeightedStack(1, ns, [.. frames.Select(f => Script.FrameOf($"f{f}@u"))]))
            .Array[0, 40]
            .Sample(stacks =>
            {
                var tree = FlameTree.Of(stacks);
                Assert.Equal(stacks.Sum(s => s.Ns), tree.Root.TotalNs);
                var open = new Stack<FlameNode>([tree.Root]);
                while (open.TryPop(out var node))
                {
                    Assert.Equal(node.TotalNs, node.SelfNs + node.Children.Sum(c => c.TotalNs));
                    foreach (var child in node.Children) open.Push(child);
                }
            });
}
