using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;
using Hud.Analysis.Model;
using Hud.Reporting.Pprof;

namespace Hud.Reporting.Tests;

/// <summary>Whatever format a number is read from, it is the same number, to the nanosecond.</summary>
public sealed class TotalsTests
{
    [Fact]
    public void All_formats_state_the_same_total() => CheckAll(MockReport.Create());

    [Fact]
    public void Also_when_events_and_stacks_are_missing()
    {
        var report = MockReport.Create();
        Gen.Select(Gen.Int[0, report.Events.Count], Gen.Int[0, 31]).Sample((kept, without) =>
        {
            CheckAll(report with
            {
                Events = [.. report.Events.Take(kept)],
                Session = report.Session with { EventsLeftOut = report.Events.Count - kept },
                Blockers = [.. report.Blockers.Select((b, i) => (without >> i & 1) == 1 ? b with { Stacks = [.. b.Stacks.Skip(1)] } : b)],
            });
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void Stacks_that_claim_more_than_the_group_do_not_raise_the_total()
    {
        var report = MockReport.Create();
        CheckAll(report with { Blockers = [.. report.Blockers.Select(b => b with { Stacks = [.. b.Stacks, .. b.Stacks] })] });
    }

    [Fact]
    public void A_share_is_of_the_workers_time_in_the_window()
    {
        var report = MockReport.Create();
        Assert.Equal(report.Workers.Sum(w => w.OnCpuNs + w.BlockedNs + w.RunQueueNs + w.IdleNs), ReportTotals.Of(report).WorkerNs);
        var windowed = report with { Session = report.Session with { WindowNs = report.Session.DurationNs / 4 } };
        Assert.Equal(report.WorkerCount * report.Session.DurationNs / 4, ReportTotals.Of(windowed).WorkerNs);
    }

    private static void CheckAll(Report report)
    {
        var total = report.Blockers.Sum(b => b.TotalNs);
        var left = report.Blockers.Sum(b => b.TotalNs) - report.Events.Where(e => !e.Starved).Sum(e => e.OnCpuNs + e.BlockedNs);
        var found = new Dictionary<string, long>
        {
            ["report"] = Json("report", report)["blockers"]!.AsArray().Sum(b => (long)b!["totalNs"]!),
            ["chrome"] = left + Json("chrome", report)["traceEvents"]!.AsArray().Where(e => (string?)e!["cat"] == "blocking").Sum(e => (long)e!["args"]!["on_cpu_ns"]! + (long)e["args"]!["asleep_ns"]!),
            ["chrome says what it left out"] = total - left + long.Parse((string)Json("chrome", report)["otherData"]!["ownNsLeftOut"]!, CultureInfo.InvariantCulture),
            ["jsonl"] = left + Lines("jsonl", report).Select(l => JsonNode.Parse(l)!).Where(e => !(bool)e["starved"]!).Sum(e => (long)e["ownNs"]!),
            ["speedscope"] = Json("speedscope", report)["profiles"]![0]!["weights"]!.AsArray().Sum(w => (long)w!),
            ["speedscope workers"] = left + Json("speedscope", report)["profiles"]!.AsArray().Skip(1).Sum(p => p!["weights"]!.AsArray().Sum(w => (long)w!)),
            ["firefox"] = Json("firefox", report)["threads"]!.AsArray().Sum(t => t!["samples"]!["weight"]!.AsArray().Sum(w => (long)((decimal)w! * 1_000_000))),
            ["pprof"] = Pprof(report).Sample.Sum(s => s.Value[1]),
            ["pprof split"] = Pprof(report).Sample.Sum(s => s.Value[2] + s.Value[3]),
            ["folded"] = Lines("folded", report).Sum(l => long.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)),
            ["svg"] = long.Parse(Regex.Match(Render.Text("svg", report), @"totalNs=(\d+)").Groups[1].Value, CultureInfo.InvariantCulture),
            ["prometheus"] = Lines("prometheus", report).Where(l => l.StartsWith("hud_blocked_seconds_total{", StringComparison.Ordinal)).Sum(Nanoseconds),
            ["prometheus sites"] = Lines("prometheus", report).Where(l => l.StartsWith("hud_blocking_site_seconds_total{", StringComparison.Ordinal)).Sum(Nanoseconds),
            ["sarif"] = Json("sarif", report)["runs"]![0]!["results"]!.AsArray().Sum(r => (long)r!["properties"]!["totalNs"]!),
            ["junit"] = XDocument.Parse(Render.Text("junit", report)).Descendants("testcase").Sum(c => (long)(decimal.Parse(c.Attribute("time")!.Value, CultureInfo.InvariantCulture) * 1_000_000_000)),
            ["markdown"] = long.Parse(Regex.Match(Render.Text("markdown", report), @"totalNs=(\d+)").Groups[1].Value, CultureInfo.InvariantCulture),
            ["github"] = long.Parse(Regex.Match(Render.Text("github", report), @"total (\d+) ns").Groups[1].Value, CultureInfo.InvariantCulture),
        };
        Assert.All(found, f => Assert.True(f.Value == total, $"{f.Key}: {f.Value}, expected {total}"));
    }

    private static JsonNode Json(string format, Report report) => JsonNode.Parse(Render.Bytes(format, report))!;

    private static string[] Lines(string format, Report report) => Render.Text(format, report).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static long Nanoseconds(string line) => (long)(decimal.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) * 1_000_000_000);

    private static Profile Pprof(Report report)
    {
        using var gzip = new GZipStream(new MemoryStream(Render.Bytes("pprof", report)), CompressionMode.Decompress);
        return Profile.Parser.ParseFrom(gzip);
    }
}
