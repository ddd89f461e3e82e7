using Hud.Analysis.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;
using Hud.Reporting;
using Hud.Symbols.Naming;

namespace Hud.Live.Screens;

/// <summary>The flame graph of one blocker, callers on top, widths in proportion to own time.</summary>
internal static class FlamePane
{
    // Name and time of the selected box.
    private const int TextRows = 2;

    // In less than this the end of a long name is less than its last segment.
    private const int RoomForTail = 24;

    public static void Draw(Canvas canvas, Rect area, FlameState flame)
    {
        if (flame is not { Root: { Ns: > 0 } root, Zoom: { } zoom, Selected: { Depth: > 0 } selected })
        {
            canvas.Text(area.X, area.Y, area.Width, canvas.Theme.Dim, "No stacks to draw.");
            return;
        }
        canvas.TextTail(area.X, area.Bottom - 2, area.Width, canvas.Theme.UserCode, selected.Name);
        canvas.Text(area.X, area.Bottom - 1, area.Width, canvas.Theme.Heading,
            $"{new Duration(selected.Ns)}, {Percent.Of(selected.Ns, root.Ns)} of the blocker's time");
        var graph = Graph(area);
        var (first, top) = Rows(graph, flame);
        DrawNode(canvas, graph, selected, zoom, graph.X, graph.Width, top);
        Table.ScrollMark(canvas, graph with { Width = area.Width }, top - first, Deepest(zoom) - first + 1);
        canvas.Targets.Add(new ClickTarget(area, TargetKind.Flame, 0));
    }

    /// <summary>From the root to the box drawn at a place; empty where there is none.</summary>
    public static IReadOnlyList<FlameNode> PathAt(Rect area, FlameState flame, int x, int y)
    {
        var graph = Graph(area);
        if (flame.Zoom is not { } zoom || !graph.Contains(x, y)) return [];
        var depth = Rows(graph, flame).Top + y - graph.Y;
        var path = flame.ZoomPath.ToList();
        var (left, width) = (graph.X, graph.Width);
        while (path[^1].Depth < depth)
        {
            var node = path[^1];
            long before = 0;
            foreach (var child in node.Children)
            {
                var (start, end) = Columns(node, child, ref before, width);
                if (x < left + start || x >= left + end) continue;
                (left, width) = (left + start, end - start);
                path.Add(child);
                break;
            }
            if (path[^1] == node) return [];
        }
        // Rows above the zoomed box are not drawn.
        return path[^1].Depth == depth && depth > 0 ? path : [];
    }

    // The last column is for the scroll mark.
    private static Rect Graph(Rect area) => area with { Width = area.Width - 1, Height = area.Height - TextRows };

    /// <summary>Depth of the first row there is, and of the first shown: the selection stays in sight, and the row below it.</summary>
    private static (int First, int Top) Rows(Rect graph, FlameState flame)
    {
        // The zoomed box fills the first row, so that its callees get the whole width.
        var first = Math.Max(1, flame.Zoom!.Depth);
        return (first, first + Math.Max(0, flame.Selected!.Depth - first - graph.Height + 2));
    }

    private static int Deepest(FlameNode node)
    {
        var deepest = node.Depth;
        for (var i = 0; i < node.Children.Count; i++) deepest = Math.Max(deepest, Deepest(node.Children[i]));
        return deepest;
    }

    private static (int Start, int End) Columns(FlameNode node, FlameNode child, ref long before, int width)
    {
        var start = (int)((double)before * width / node.Ns);
        before += child.Ns;
        return (start, (int)((double)before * width / node.Ns));
    }

    private static void DrawNode(Canvas canvas, Rect area, FlameNode selected, FlameNode node, int x, int width, int top)
    {
        var row = node.Depth - top;
        if (row >= area.Height || width <= 0) return;
        if (row >= 0) DrawBox(canvas, node, node == selected, x, area.Y + row, width);
        long before = 0;
        for (var i = 0; i < node.Children.Count; i++)
        {
            var child = node.Children[i];
            var (start, end) = Columns(node, child, ref before, width);
            if (end > start) DrawNode(canvas, area, selected, child, x + start, end - start, top);
        }
    }

    private static void DrawBox(Canvas canvas, FlameNode node, bool selected, int x, int y, int width)
    {
        var theme = canvas.Theme;
        var style = node.Kind switch
        {
            FrameKind.User => theme.FlameUser,
            FrameKind.Dependency => theme.FlameDependency,
            FrameKind.Kernel => theme.FlameKernel,
            _ => theme.FlameOther,
        };
        canvas.Cells.Fill(x, y, width, 1, style);
        canvas.Cells.Write(x, y, 1, canvas.Glyphs.Vertical, style);
        DrawName(canvas, x + 1, y, width - 1, style, node.Name);
        if (selected) canvas.Cells.Restyle(x, y, width, new Style(Attributes: TextAttributes.Reverse | TextAttributes.Bold));
    }

    /// <summary>As many of the last segments as fit: a name that is cut at its end says little.</summary>
    private static void DrawName(Canvas canvas, int x, int y, int width, Style style, string name)
    {
        if (CharacterSafety.Width(name) > width && CharacterSafety.Width(FunctionPath.Tail(name, 2)) is var two && two <= width) canvas.Text(x, y, width, style, FunctionPath.Tail(name, 2));
        else if (width >= RoomForTail) canvas.TextTail(x, y, width, style, name);
        else canvas.Text(x, y, width, style, FunctionPath.Tail(name, 1));
    }
}
