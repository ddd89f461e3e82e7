using System.Globalization;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>A flame graph in one SVG file: works in every browser and, without its script, in every previewer.</summary>
internal sealed class SvgExporter : IExporter
{
    private const int Head = 62;
    private const int Foot = 40;
    private const int MaxFrames = 20_000;

    public string Name => "svg";
    public IReadOnlyList<string> Extensions => [".svg"];
    public string Description => "flame graph with zoom and search: any browser";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var root = FlameTree.Of(report, options);
        var flame = FlameSvg.Of(root, MaxFrames);
        var height = Head + flame.Height + Foot;
        using var svg = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        var (width, bottom) = (FlameSvg.Width.ToString(CultureInfo.InvariantCulture), (height - 14).ToString(CultureInfo.InvariantCulture));
        svg.WriteLine("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        svg.WriteLine($"<svg class=\"hud-flame\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height.ToString(CultureInfo.InvariantCulture)}\" viewBox=\"0 0 {width} {height.ToString(CultureInfo.InvariantCulture)}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\" font-size=\"12\">");
        svg.WriteLine("<style>text{fill:#16202c} .sub{fill:#55606e} .f{cursor:pointer} .f:hover rect,.f:focus rect{stroke:#16202c} .f:focus{outline:none} .above{opacity:.55} .searching .f rect{opacity:.35} .searching .match rect{opacity:1;stroke:#a3006f;stroke-width:1.5} .action{cursor:pointer;fill:#0b5cad}</style>");
        svg.WriteLine("<rect class=\"page\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        svg.WriteLine($"<text x=\"8\" y=\"20\" font-size=\"15\" font-weight=\"bold\">{XmlText.Escape($"{NameText.Clean(report.Target.Name, 60)}: {Units.Duration(root.Ns)} of blocked time by stack")}</text>");
        svg.WriteLine($"<text class=\"sub\" x=\"8\" y=\"38\">{XmlText.Escape(Subtitle(report, root, flame))}</text>");
        svg.WriteLine($"<text id=\"hud-reset\" class=\"action\" x=\"8\" y=\"55\" visibility=\"hidden\">reset zoom (Esc)</text>");
        svg.WriteLine($"<text id=\"hud-matched\" x=\"160\" y=\"55\"> </text>");
        svg.WriteLine($"<text id=\"hud-ask\" class=\"action right\" x=\"{(FlameSvg.Width - 8).ToString(CultureInfo.InvariantCulture)}\" y=\"55\" text-anchor=\"end\">search (/)</text>");
        if (root.Ns > 0)
            flame.Write(svg, Head);
        else
            svg.WriteLine($"<text x=\"8\" y=\"{(Head + 14).ToString(CultureInfo.InvariantCulture)}\">{XmlText.Escape(Verdict.Of(report).Headline)}</text>");
        svg.WriteLine($"<text id=\"hud-details\" x=\"8\" y=\"{bottom}\"> </text>");
        svg.WriteLine($"<metadata>{XmlText.Escape(string.Join("; ", ExportFacts.Of(report).Select(f => $"{f.Name}={f.Value}")))}; totalNs={root.Ns.ToString(CultureInfo.InvariantCulture)}</metadata>");
        svg.Write("<script type=\"text/ecmascript\"><![CDATA[\n");
        svg.Write(EmbeddedText.Read("flame.js"));
        svg.WriteLine("]]></script>");
        svg.WriteLine("</svg>");
    }

    private static string Subtitle(Report report, FlameNode root, FlameSvg flame)
    {
        var dropped = flame.LeftOut > 0 ? $"; {Units.Count(flame.LeftOut, "frame")} under {(100.0 / flame.Smallest).ToString("0.##", CultureInfo.InvariantCulture)} % not drawn" : "";
        return $"width is own time, {root.Ns.ToString(CultureInfo.InvariantCulture)} ns in all; colour is the cause; {Units.Duration(report.Session.DurationNs)} from {ExportFacts.Rfc3339(report.Session.StartedAt)}, threshold {Units.Duration(report.Session.ThresholdNs)}, {report.Tool.Name} {report.Tool.Version}{dropped}";
    }
}
