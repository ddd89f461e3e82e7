using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Reporting.Tests;

public sealed class ReportJsonTests
{
    private static readonly byte[] Written = Render.Bytes("report", MockReport.Create());

    [Fact]
    public void Reading_what_was_written_and_writing_it_again_gives_the_same_bytes()
    {
        var report = ReportJson.TryRead(new MemoryStream(Written), "x.hud.json", out var problem);
        Assert.Null(problem);
        Assert.Equal(Encoding.UTF8.GetString(Written), Render.Text("report", report!));
    }

    [Fact]
    public void Hostile_names_survive_the_round_trip()
    {
        var bytes = Render.Bytes("report", MockVariants.Hostile());
        var report = ReportJson.TryRead(new MemoryStream(bytes), "x", out var problem);
        Assert.Null(problem);
        var expected = MockVariants.HostileNames.Select(n => n.Replace('\ud800', '\ufffd')).Order(StringComparer.Ordinal);
        Assert.Equal(expected, report!.Blockers.Select(b => b.Culprit.Function).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Has_every_member_of_the_contract()
    {
        var root = JsonNode.Parse(Written)!;
        string[] paths =
        [
            "schema", "tool.name", "tool.version", "target.pid", "target.name", "target.exe", "target.buildId", "target.tokioVersion", "target.runtimes.0.kind", "target.runtimes.0.workers",
            "session.startedAt", "session.startNs", "session.durationNs", "session.thresholdNs", "session.tracker", "session.samplePeriodNs", "session.lost.events", "session.lost.stacks",
            "session.overhead.bpfNs", "session.overhead.bpfRuns", "session.overhead.ownCpuNs", "session.overhead.peakRssBytes",
            "workers.0.tid", "workers.0.name", "workers.0.index", "workers.0.onCpuNs", "workers.0.blockedNs", "workers.0.runQueueNs", "workers.0.idleNs", "workers.0.blockers",
            "blockers.0.id", "blockers.0.cause", "blockers.0.culprit.function", "blockers.0.culprit.module", "blockers.0.culprit.file", "blockers.0.culprit.line", "blockers.0.culprit.inlined",
            "blockers.0.culprit.kind", "blockers.0.culprit.address", "blockers.0.call.function", "blockers.0.task.name", "blockers.0.task.type", "blockers.0.task.spawnedAt.function",
            "blockers.0.count", "blockers.0.totalNs", "blockers.0.maxNs", "blockers.0.p50Ns", "blockers.0.p99Ns", "blockers.0.onCpuNs", "blockers.0.blockedNs", "blockers.0.runQueueNs",
            "blockers.0.workers.0", "blockers.0.heldBy", "blockers.0.detail", "blockers.0.advice", "blockers.0.stacks.0.count", "blockers.0.stacks.0.ns", "blockers.0.stacks.0.frames.0.function",
            "starved.0.cause", "events.0.startNs", "events.0.durationNs", "events.0.onCpuNs", "events.0.blockedNs", "events.0.runQueueNs", "events.0.tid", "events.0.taskId", "events.0.blocker",
            "events.0.starved", "events.0.inProgress",
        ];
        Assert.All(paths, path => Assert.True(Has(root, path), path));
        Assert.Equal("hud.report/1", (string?)root["schema"]);
        Assert.Equal("user", (string?)root["blockers"]![0]!["culprit"]!["kind"]);
        Assert.Equal("cpu-starved", (string?)root["starved"]![0]!["cause"]);
        Assert.Equal("2026-03-14T15:09:26.535+00:00", (string?)root["session"]!["startedAt"]);
    }

    [Fact]
    public void Overhead_of_a_report_that_does_not_say_over_which_time_is_the_sessions()
    {
        var root = JsonNode.Parse(Written)!;
        Assert.True(root["session"]!["overhead"]!.AsObject().Remove("overNs"));
        var report = ReportJson.TryRead(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString())), "x", out var problem);
        Assert.Null(problem);
        Assert.Equal(report!.Session.DurationNs, report.Session.Overhead.OverNs);
        Assert.Equal(61_000_000, report.Session.Overhead.BpfNs);
    }

    [Fact]
    public void Missing_members_are_named()
    {
        var report = ReportJson.TryRead(new MemoryStream("{\"schema\":\"hud.report/1\"}"u8.ToArray()), "x.hud.json", out var problem);
        Assert.Null(report);
        Assert.Equal("x.hud.json is no whole hud report: it lacks 'tool', 'target', 'session'.", problem);
    }

    [Fact]
    public void Directory_is_called_that() =>
        Assert.Contains("is a directory", Assert.Throws<HudException>(() => ReportJson.ReadFile(Path.GetTempPath())).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_truncation_is_called_that()
    {
        Gen.Int[1, Written.Length - 3].Sample(length =>
        {
            var report = ReportJson.TryRead(new MemoryStream(Written, 0, length), "cut.hud.json", out var problem);
            Assert.Null(report);
            Assert.StartsWith("cut.hud.json ", problem, StringComparison.Ordinal);
            Assert.True(problem!.Contains("cut off", StringComparison.Ordinal), problem);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Damaged_bytes_never_crash_and_what_is_accepted_can_be_exported()
    {
        Gen.Select(Gen.Int[0, Written.Length - 1], Gen.Byte, Gen.Int[0, Written.Length - 1], Gen.Byte).Sample((i, a, j, b) =>
        {
            var bytes = (byte[])Written.Clone();
            (bytes[i], bytes[j]) = (a, b);
            var report = ReportJson.TryRead(new MemoryStream(bytes), "x", out var problem);
            Assert.True(report is null != problem is null);
            if (report is null)
                return;
            foreach (var exporter in Exporters.All)
                exporter.Write(report, Stream.Null, ExportOptions.Default);
        }, iter: 1000, threads: 1);
    }

    [Theory]
    [InlineData("", "x.hud.json is empty.")]
    [InlineData("{\"schema\":\"hud.report/2\",\"what\":[]}", "x.hud.json was written by a newer hud (schema hud.report/2); this one reads hud.report/1. Update hud to read it.")]
    [InlineData("{\"schema\":\"other/1\"}", "x.hud.json is no hud report: its schema is \"other/1\".")]
    [InlineData("{\"traceEvents\":[]}", "x.hud.json is no hud report: it has no \"schema\" member. Use a file made with --export NAME.hud.json.")]
    [InlineData("[1]", "x.hud.json is no hud report: it has no \"schema\" member. Use a file made with --export NAME.hud.json.")]
    [InlineData("{\"schema\":\"hud.report/1\",\"tool\":null}", "x.hud.json is no readable hud report: unexpected content at $.tool, line 1, byte 36.")]
    [InlineData("not json", "x.hud.json is no readable hud report: unexpected content, line 1, byte 1.")]
    public void Other_content_gets_a_sentence(string content, string expected)
    {
        Assert.Null(ReportJson.TryRead(new MemoryStream(Encoding.UTF8.GetBytes(content)), "x.hud.json", out var problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("blockers.0.totalNs", "-1")]
    [InlineData("blockers.0.totalNs", "9223372036854775807")]
    [InlineData("session.durationNs", "-5")]
    [InlineData("events.3", "null")]
    [InlineData("workers.1", "null")]
    [InlineData("blockers.0.stacks.0.frames.0", "null")]
    [InlineData("blockers.1.id", "\"a1\"")]
    public void Values_that_cannot_be_are_refused(string path, string value)
    {
        var root = JsonNode.Parse(Written)!;
        var parts = path.Split('.');
        var parent = parts[..^1].Aggregate(root, Child);
        if (parent is JsonArray array)
            array[int.Parse(parts[^1])] = JsonNode.Parse(value);
        else
            parent[parts[^1]] = JsonNode.Parse(value);
        Assert.Null(ReportJson.TryRead(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString())), "x", out var problem));
        Assert.Contains("no usable hud report", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_without_the_members_that_came_later_are_read()
    {
        var root = JsonNode.Parse(Written)!;
        foreach (var later in (string[])["notes", "driverStalls", "starved", "workers"])
            root.AsObject().Remove(later);
        foreach (var later in (string[])["symbols", "lost", "overhead", "trackerReason", "eventsLeftOut"])
            root["session"]!.AsObject().Remove(later);
        foreach (var blocker in root["blockers"]!.AsArray())
        {
            foreach (var later in (string[])["stacks", "workers", "causeShares", "workerShares", "heldBy"])
                blocker!.AsObject().Remove(later);
        }

        var report = ReportJson.TryRead(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString())), "x", out var problem);
        Assert.Null(problem);
        Assert.All(Exporters.All, e => e.Write(report!, Stream.Null, ExportOptions.Default));
    }

    [Fact]
    public void Unknown_members_are_ignored_and_gzip_is_read()
    {
        var root = JsonNode.Parse(Written)!;
        root["later"] = new JsonObject { ["a"] = 1 };
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(root.ToJsonString()));
        Assert.NotNull(ReportJson.TryRead(new MemoryStream(zipped.ToArray()), "x", out _));
        Assert.Null(ReportJson.TryRead(new MemoryStream(zipped.ToArray(), 0, (int)zipped.Length / 2), "x", out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void A_missing_file_is_an_expected_error()
    {
        var e = Assert.Throws<HudException>(() => ReportJson.ReadFile("/nonexistent/x.hud.json"));
        Assert.Equal("/nonexistent/x.hud.json cannot be read: no such file or directory", e.Message);
        Assert.Equal(ExitCode.Failed, e.Code);
        Assert.Throws<HudException>(() => ReportJson.ReadFile("/tmp"));
    }

    private static JsonNode Child(JsonNode node, string part) => node is JsonArray a ? a[int.Parse(part)]! : node[part]!;

    private static bool Has(JsonNode root, string path)
    {
        JsonNode? node = root;
        var parts = path.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            if (node is JsonArray array)
            {
                if (int.Parse(parts[i]) >= array.Count)
                    return false;
                node = array[int.Parse(parts[i])];
                continue;
            }

            if (node is not JsonObject o || !o.ContainsKey(parts[i]))
                return false;
            node = o[parts[i]];
        }

        return true;
    }
}
