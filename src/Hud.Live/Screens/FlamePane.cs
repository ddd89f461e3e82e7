using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;
using Hud.Symbols.Naming;

namespace Hud.Live.Screens;

/// <summary>The flame graph of one blocker, callers on top, widths in proportion to own time.</summary>
internal static class FlamePane
{
    public static void Draw(Canvas canvas, Rect area, FlameState flame)
    {
        if (flame is not { Root: { TotalNs: > 0 } root, Zoom: { } zoom, Selected: { Frame: { } frame } selected })
        {
            canvas.Text(area.X, area.Y, area.Width, canvas.Theme.Dim, "No stacks to draw.");
            return;
        }
        canvas.TextTail(area.X, area.Bottom - 2, area.Width, canvas.Theme.UserCode, frame.Function);
        canvas.Text(area.X, area.Bottom - 1, area.Width, canvas.Theme.Heading,
            $"{new Duration(selected.TotalNs)}, {Percent.Of(selected.TotalNs, root.TotalNs)} of the blocker's time, {selected.Count}x");
        var graph = area with { Height = area.Height - 2 };
        // The zoomed box fills the first row, so that its callees get the whole width.
        var first = Math.Max(1, zoom.Depth);
        var top = first + Math.Max(0, selected.Depth - first - graph.Height + 2);
        DrawNode(canvas, graph, selected, zoom, graph.X, graph.Width, top);
    }

    private static void DrawNode(Canvas canvas, Rect area, FlameNode selected, FlameNode node, int x, int width, int top)
    {
        var row = node.Depth - top;
        if (row >= area.Height || width <= 0) return;
        if (row >= 0) DrawBox(canvas, node, node == selected, x, area.Y + row, width);
        long before = 0;
        foreach (var child in node.Children)
        {
            var start = (int)((double)before * width / node.TotalNs);
            before += child.TotalNs;
            var end = (int)((double)before * width / node.TotalNs);
            if (end > start) DrawNode(canvas, area, selected, child, x + start, end - start, top);
        }
    }

    private static void DrawBox(Canvas canvas, FlameNode node, bool selected, int x, int y, int width)
    {
        var theme = canvas.Theme;
        var frame = node.Frame!;
        var style = frame.Kind switch
        {
            FrameKind.User => theme.FlameUser,
            FrameKind.Dependency => theme.FlameDependency,
            FrameKind.Kernel => theme.FlameKernel,
            _ => theme.FlameOther,
        };
        canvas.Cells.Fill(x, y, width, 1, style);
        canvas.Cells.Write(x, y, 1, canvas.Glyphs.Vertical, style);
        canvas.Text(x + 1, y, width - 1, style, width < 24 ? FunctionPath.Tail(frame.Function, 1) : frame.Function);
        if (selected) canvas.Cells.Restyle(x, y, width, new Style(Attributes: TextAttributes.Reverse | TextAttributes.Bold));
    }
}
