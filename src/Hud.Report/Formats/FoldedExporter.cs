using System.Globalization;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>One line a stack, outermost frame first, weight in nanoseconds of own time: for flamegraph.pl and its kin.</summary>
internal sealed class FoldedExporter : IExporter
{
    public string Name => "folded";
    public IReadOnlyList<string> Extensions => [".folded"];
    public string Description => "folded stacks in ns: flamegraph.pl, inferno, speedscope, grep";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var lines = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var line = new StringBuilder();
        foreach (var blocker in report.Blockers)
        {
            foreach (var weighted in WeightedStacks.Of(blocker))
            {
                line.Clear().Append('[').Append(Escape(blocker.Cause)).Append(']');
                foreach (var frame in FlameTree.Frames(weighted, options).Reverse())
                    line.Append(';').Append(Escape(frame.Function));
                var key = line.ToString();
                lines[key] = lines.GetValueOrDefault(key) + weighted.Ns;
            }
        }

        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        foreach (var (frames, ns) in lines)
        {
            writer.Write(frames);
            writer.Write(' ');
            writer.WriteLine(ns.ToString(CultureInfo.InvariantCulture));
        }
    }

    // ';' separates frames; the stackcollapse scripts write ':' for it, and readers expect that.
    private static string Escape(string name)
    {
        var clean = NameText.Clean(name).Replace(';', ':').Trim();
        return clean.Length > 0 ? clean : "?";
    }
}
