using System.Text.Json.Nodes;
using CsCheck;
using Hud.Analysis.Model;

namespace Hud.Reporting.Tests;

public sealed class ChromeTraceTests
{
    [Fact]
    public void One_complete_event_per_blocking_poll()
    {
        var report = MockReport.Create();
        var events = Events(report);
        var blocking = events.Where(e => (string?)e["cat"] == "blocking").ToArray();
        Assert.Equal(report.Blockers.Sum(b => b.Count), blocking.Length);
        Assert.All(blocking, e => Assert.Equal("X", (string?)e["ph"]));
        var first = blocking[0];
        Assert.Equal("shop::catalog::load_prices", (string?)first["name"]);
        Assert.Equal(1_000_000, (decimal)first["ts"]!);
        Assert.Equal(31_250.003m, (decimal)first["dur"]!);
        Assert.Equal(4242, (int)first["pid"]!);
        Assert.Equal(4243, (int)first["tid"]!);
        Assert.Equal(0, (int)first["args"]!["worker_id"]!);
        Assert.Equal("file-io", (string?)first["args"]!["cause"]);
        Assert.Equal("sampled", (string?)first["args"]!["detection_method"]);
        Assert.Equal(["process_name", "thread_name"], events.Where(e => (string?)e["ph"] == "M").Select(e => (string)e["name"]!).Distinct().Order().Take(2));
    }

    [Fact]
    public void Random_polls_come_out_sorted_named_and_perfectly_nested()
    {
        var polls = Gen.Select(Gen.Long[0, 300], Gen.Long[0, 120], Gen.Int[1, 2]).Array[1, 25];
        polls.Sample(generated =>
        {
            var report = MockReport.Create() with
            {
                DriverStalls = [],
                Events = [.. generated.Select(g => new PollRecord { StartNs = MockReport.StartNs + g.Item1, DurationNs = g.Item2, Tid = g.Item3, Blocker = "a1" })],
            };
            var events = Events(report).Where(e => (string?)e["ph"] == "X").ToArray();
            Assert.Equal(generated.Length, events.Length);
            CheckRules(events);
        }, iter: 3000, threads: 1);
    }

    [Fact]
    public void A_poll_that_began_before_the_session_moves_time_zero()
    {
        var report = MockReport.Create();
        report = report with { Events = [report.Events[0] with { StartNs = MockReport.StartNs - 7_000 }] };
        var slice = Events(report).Single(e => (string?)e["ph"] == "X");
        Assert.Equal(0m, (decimal)slice["ts"]!);
    }

    private static void CheckRules(JsonNode[] events)
    {
        var open = new Dictionary<int, Stack<decimal>>();
        decimal last = -1;
        foreach (var e in events)
        {
            Assert.False(string.IsNullOrEmpty((string?)e["name"]));
            var start = (decimal)e["ts"]!;
            var end = start + (decimal)e["dur"]!;
            Assert.True(start >= last, "events are sorted by time");
            last = start;
            var tid = (int)e["tid"]!;
            if (!open.TryGetValue(tid, out var stack))
                open[tid] = stack = new Stack<decimal>();
            while (stack.TryPeek(out var done) && done <= start)
                stack.Pop();
            if (stack.TryPeek(out var outer))
                Assert.True(end < outer, $"an inner slice ends before the outer one: {end} < {outer}");
            stack.Push(end);
        }
    }

    private static JsonNode[] Events(Report report) =>
        [.. ((JsonArray)JsonNode.Parse(Render.Bytes("chrome", report))!["traceEvents"]!).Select(e => e!)];
}
