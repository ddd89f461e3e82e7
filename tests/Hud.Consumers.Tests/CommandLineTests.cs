using System.Globalization;
using System.Text.RegularExpressions;

namespace Hud.Consumers.Tests;

public sealed class CommandLineTests(ExportedFiles files)
{
    private const string Pprof = "/usr/lib/go-1.19/pkg/tool/linux_amd64/pprof";
    private const string FlameGraph = "/usr/share/perl5/Devel/NYTProf/flamegraph.pl";

    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    public void Pprof_reads_totals_of_every_sample_type(string variant)
    {
        Tools.Require(Pprof);
        var report = ExportedFiles.Variant(variant);
        var totals = new Dictionary<string, long>
        {
            ["blocking"] = report.Blockers.Sum(b => b.Count),
            ["blocked"] = report.Blockers.Sum(b => b.TotalNs),
            ["oncpu"] = report.Blockers.Sum(b => b.OnCpuNs),
            ["offcpu"] = report.Blockers.Sum(b => b.BlockedNs),
            ["runqueue"] = report.Blockers.Sum(b => b.RunQueueNs),
        };
        foreach (var (type, total) in totals)
        {
            var top = PprofRun($"-sample_index={type}", "-unit=ns", "-top", files.File($"{variant}.pb.gz"));
            var shown = Regex.Match(top, @"of (\d+)(?:ns)? total").Groups[1].Value;
            Assert.True(shown == total.ToString(CultureInfo.InvariantCulture), $"{type}: {shown}, expected {total}\n{top}");
        }
    }

    [Fact]
    public void Pprof_shows_lines_inlined_frames_and_labels()
    {
        Tools.Require(Pprof);
        var traces = PprofRun("-traces", "-lines", files.File("shop.pb.gz"));
        Assert.Contains("shop::catalog::load_prices", traces, StringComparison.Ordinal);
        Assert.Contains("src/catalog.rs:42", traces, StringComparison.Ordinal);
        Assert.Contains("shop::catalog::Catalog::get", traces, StringComparison.Ordinal);
        var tags = PprofRun("-tags", files.File("shop.pb.gz"));
        Assert.Contains("file-io", tags, StringComparison.Ordinal);
        Assert.Contains("0 of 0 total", PprofRun("-top", $"-diff_base={files.File("shop.pb.gz")}", files.File("shop.pb.gz")).Replace("0ns", "0", StringComparison.Ordinal).Replace("Showing nodes accounting for 0, 0% of", "0 of", StringComparison.Ordinal).Replace("0 of 575.43ms total", "0 of 0 total", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("tool: hud 0.1.0", PprofRun("-comments", files.File("shop.pb.gz")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    public void Flamegraph_script_takes_every_line(string variant)
    {
        Tools.Require(FlameGraph, "/usr/bin/xmllint");
        var run = Tools.Run("perl", [FlameGraph, "--countname", "ns", files.File($"{variant}.folded")]);
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("Ignored", run.Error, StringComparison.Ordinal);
        var all = Regex.Match(run.Output, @"<title>all \(([\d,]+) ns, 100%\)").Groups[1].Value.Replace(",", "", StringComparison.Ordinal);
        Assert.Equal(ExportedFiles.TotalNs(variant).ToString(CultureInfo.InvariantCulture), all);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    [InlineData("empty")]
    public void Xml_is_well_formed(string variant)
    {
        Tools.Require("/usr/bin/xmllint");
        foreach (var ending in (string[])["svg", "junit.xml"])
        {
            var run = Tools.Run("/usr/bin/xmllint", ["--noout", "--nonet", files.File($"{variant}.{ending}")]);
            Assert.True(run.ExitCode == 0, run.Error);
        }
    }

    private static string PprofRun(params string[] arguments)
    {
        var run = Tools.Run(Pprof, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("warning", run.Error, StringComparison.OrdinalIgnoreCase);
        return run.Output;
    }
}
