using CsCheck;
using Hud.Analysis.Model;

namespace Hud.Reporting.Tests;

public sealed class FlameTreeTests
{
    private static readonly Blocker Sleep = MockReport.Create().Blockers.First(b => b.Cause == Causes.Sleep);

    [Fact]
    public void Stacks_are_merged_from_the_outermost_frame_without_the_runtime_and_the_widest_comes_first()
    {
        var (a, tokio) = (MockReport.User("shop::a", "src/a.rs", 1), MockReport.Tokio("tokio::runtime::task::raw::poll"));
        var blocker = Sleep with
        {
            Count = 4,
            TotalNs = 45,
            Stacks = [Stack(1, 10, MockReport.Libc("b"), a, tokio), Stack(2, 30, MockReport.Libc("c"), a, tokio), Stack(1, 5, a, tokio)],
        };

        var root = FlameTree.Of(blocker);
        Assert.Equal((45, 4, 0), (root.Ns, root.Count, root.Depth));
        var first = Assert.Single(root.Children);
        Assert.Equal(("shop::a", 45, 4, 1), (first.Name, first.Ns, first.Count, first.Depth));
        Assert.Equal([("c", 30), ("b", 10)], first.Children.Select(n => (n.Name, n.Ns)));
    }

    [Fact]
    public void No_node_takes_less_than_its_children_and_the_root_takes_the_blockers_total() =>
        Gen.Select(Gen.Int[1, 5].Array[0, 6], Gen.Long[0, 1L << 50], (frames, ns) => Stack(1, ns, [.. frames.Select(f => MockReport.User($"f{f}", "src/f.rs", f))]))
            .Array[0, 40].Select(Gen.Long[1, 1L << 56]).Sample((stacks, total) =>
            {
                var root = FlameTree.Of(Sleep with { TotalNs = total, Stacks = stacks });
                Assert.Equal(total, root.Ns);
                var open = new Stack<FlameNode>([root]);
                while (open.TryPop(out var node))
                {
                    Assert.True(node.Children.Sum(c => c.Ns) <= node.Ns);
                    foreach (var child in node.Children) open.Push(child);
                }
            });

    private static WeightedStack Stack(long count, long ns, params Frame[] innermostFirst) => new(count, ns, innermostFirst);
}
