using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>Draws a flame tree as SVG elements, root on top. Complete without script; flame.js adds zoom and search.</summary>
internal sealed class FlameSvg
{
    public const int Width = 1200;
    private const int Row = 18;
    private const double CharWidth = 7.3;

    private readonly FlameNode _root;
    private TextWriter _writer = TextWriter.Null;
    private int _top;

    private FlameSvg(FlameNode root, int smallest) => (_root, Smallest) = (root, smallest);

    /// <summary>Frames narrower than the whole divided by this are not drawn; the reader is told.</summary>
    public int Smallest { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; private init; }

    /// <summary>Frames that are not drawn.</summary>
    public int LeftOut { get; private init; }

    /// <summary>Leaves out frames under 0.1 %, which are narrower than a pixel; more of them while over <paramref name="maxFrames"/>.</summary>
    public static FlameSvg Of(FlameNode root, int maxFrames)
    {
        var (drawn, small, depth) = (0, 0, 0);
        foreach (var smallest in (ReadOnlySpan<int>)[1_000, 500, 200, 100, 50, 20])
        {
            (drawn, small, depth) = (0, 0, 0);
            Count(root, 1, (long)((root.Ns + (Int128)smallest - 1) / smallest), ref drawn, ref small, ref depth);
            if (drawn <= maxFrames || smallest == 20)
                return new FlameSvg(root, smallest) { Height = depth * Row, LeftOut = small };
        }

        return new FlameSvg(root, 20);
    }

    /// <summary>Elements from <paramref name="top"/> pixels on.</summary>
    public void Write(TextWriter writer, int top)
    {
        (_writer, _top) = (writer, top);
        Frame(_root, 0, 0);
    }

    private long TotalNs => _root.Ns;

    private bool IsDrawn(FlameNode node) => TotalNs > 0 && node.Ns * (Int128)Smallest >= TotalNs;

    private static void Count(FlameNode node, int depth, long atLeast, ref int drawn, ref int small, ref int deepest)
    {
        if (node.Ns > 0 && node.Ns >= atLeast)
        {
            drawn++;
            deepest = Math.Max(deepest, depth);
        }
        else
        {
            small++;
        }

        foreach (var child in node.Children)
            Count(child, depth + 1, atLeast, ref drawn, ref small, ref deepest);
    }

    private void Frame(FlameNode node, long startNs, int depth)
    {
        if (!IsDrawn(node))
            return;
        double x = (double)startNs / TotalNs, w = (double)node.Ns / TotalNs;
        double px = x * Width, pw = w * Width;
        var y = _top + depth * Row;
        var share = Units.Percent(node.Ns, TotalNs);
        var where = node.Location is { } at ? $"\n{at}" : "";
        var name = NameText.KeepEnd(node.Name, 2_000);
        _writer.Write($"<g class=\"f\" data-x=\"{Fraction(x)}\" data-w=\"{Fraction(w)}\" data-d=\"{depth.ToString(CultureInfo.InvariantCulture)}\" tabindex=\"{(depth == 0 ? "0" : "-1")}\" role=\"img\" aria-label=\"{XmlText.Escape($"{NameText.KeepEnd(name, 200)}, {Units.Duration(node.Ns)}, {share}")}\">");
        _writer.Write($"<title>{XmlText.Escape(name)}\n{XmlText.Escape($"{Units.Duration(node.Ns)} ({share}), {Units.Count(node.Count, "poll")}")}{(where.Length > 0 ? "\n" + XmlText.Escape(where[1..]) : "")}</title>");
        _writer.Write($"<rect x=\"{Pixels(px)}\" y=\"{y.ToString(CultureInfo.InvariantCulture)}\" width=\"{Pixels(Math.Max(0.4, pw - 0.6))}\" height=\"{(Row - 1).ToString(CultureInfo.InvariantCulture)}\" rx=\"2\" fill=\"{Fill(node)}\"/>");
        _writer.Write($"<text x=\"{Pixels(px + 3)}\" y=\"{(y + 13).ToString(CultureInfo.InvariantCulture)}\">{XmlText.Escape(Fit(node.Name, pw))}</text></g>\n");
        foreach (var child in node.Children)
        {
            Frame(child, startNs, depth + 1);
            startNs += child.Ns;
        }
    }

    private static string Fit(string name, double pixels)
    {
        var max = (int)((pixels - 6) / CharWidth);
        return max < 3 ? "" : NameText.KeepEnd(name, max);
    }

    // The user's own frames stand out by full colour.
    private static string Fill(FlameNode node) => node.Cause.Length == 0 ? "#d5dae1" : node.Kind == FrameKind.User ? CauseColors.Hex(node.Cause) : CauseColors.Pale(node.Cause);

    private static string Fraction(double value) => value.ToString("0.########", CultureInfo.InvariantCulture);

    private static string Pixels(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
