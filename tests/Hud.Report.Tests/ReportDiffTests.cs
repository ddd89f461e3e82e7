using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Reporting.Tests;

public sealed class ReportDiffTests
{
    [Fact]
    public void A_report_does_not_differ_from_itself()
    {
        var diff = ReportDiff.Compare(MockReport.Create(), MockReport.Create());
        Assert.All(diff.Places, p => Assert.Equal(ChangeKind.Unchanged, p.Kind));
        Assert.False(diff.HasRegression);
        Assert.StartsWith("No change beyond noise", diff.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_either_session_is_said()
    {
        Assert.Equal("Nothing blocked in either session.", ReportDiff.Compare(MockVariants.Empty(), MockVariants.Empty()).Verdict);
    }

    [Fact]
    public void Twice_the_polls_in_twice_the_time_is_no_change()
    {
        var one = Session(("a", 40, 10.0));
        var two = Session(("a", 80, 10.0)) with { Session = one.Session with { DurationNs = 2 * one.Session.DurationNs } };
        Assert.Equal(ChangeKind.Unchanged, ReportDiff.Compare(one, two).Places.Single().Kind);
    }

    [Fact]
    public void Places_match_by_culprit_and_cause_whatever_line_call_and_id()
    {
        var before = Session(("a", 50, 10.0));
        var moved = before.Blockers[0] with { Id = "zz", Culprit = before.Blockers[0].Culprit with { Line = 999 }, Call = MockReport.Std("other::call", 1) };
        var after = before with { Blockers = [moved], Events = [.. before.Events.Select(e => e with { Blocker = "zz" })] };
        Assert.Equal(ChangeKind.Unchanged, ReportDiff.Compare(before, after).Places.Single().Kind);
        var otherCause = after with { Blockers = [moved with { Cause = Causes.Lock }] };
        Assert.Equal([ChangeKind.New, ChangeKind.Gone], ReportDiff.Compare(before, otherCause).Places.Select(p => p.Kind));
    }

    [Theory]
    [InlineData(100, 200, ChangeKind.Worse)]
    [InlineData(200, 100, ChangeKind.Better)]
    [InlineData(100, 115, ChangeKind.Unchanged)]
    [InlineData(3, 6, ChangeKind.Unchanged)]
    public void Change_is_told_from_noise_by_how_many_polls_there_were(int before, int after, ChangeKind expected)
    {
        var diff = ReportDiff.Compare(Session(("a", before, 10.0)), Session(("a", after, 10.0)));
        Assert.Equal(expected, diff.Places.Single().Kind);
        Assert.Equal(expected == ChangeKind.Worse, diff.HasRegression);
    }

    [Fact]
    public void A_single_new_poll_may_be_chance_and_many_are_not()
    {
        var once = ReportDiff.Compare(MockVariants.Empty(), Session(("a", 1, 10.0)));
        Assert.Equal((ChangeKind.New, false), (once.Places.Single().Kind, once.Places.Single().Significant));
        Assert.False(once.HasRegression);
        Assert.True(ReportDiff.Compare(MockVariants.Empty(), Session(("a", 20, 10.0))).HasRegression);
        Assert.Equal((ChangeKind.Gone, true), ReportDiff.Compare(Session(("a", 20, 10.0)), MockVariants.Empty()).Places.Select(p => (p.Kind, p.Significant)).Single());
    }

    [Fact]
    public void Two_sessions_of_the_same_program_seldom_look_changed()
    {
        // Poisson arrivals, exponential lengths: far noisier than real blockers.
        var random = new Random(20260314);
        var alarms = 0;
        const int pairs = 400;
        for (var i = 0; i < pairs; i++)
            alarms += ReportDiff.Compare(Random(random, 30), Random(random, 30)).Places.Count(p => p.Significant);
        Assert.True(alarms <= pairs / 50, $"{alarms} false alarms in {pairs} pairs");
    }

    [Fact]
    public void Doubled_rates_are_found_in_the_same_noise()
    {
        var random = new Random(7);
        var found = 0;
        for (var i = 0; i < 200; i++)
            found += ReportDiff.Compare(Random(random, 100), Random(random, 200)).HasRegression ? 1 : 0;
        Assert.True(found >= 190, $"{found} of 200 found");
    }

    [Fact]
    public void Different_thresholds_compare_the_polls_over_the_higher_one()
    {
        var low = Session(("a", 10, 6.0), ("b", 10, 30.0));
        var high = Session(("b", 10, 30.0)) with { Session = low.Session with { ThresholdNs = 20_000_000 } };
        var diff = ReportDiff.Compare(low, high);
        Assert.Equal(["b"], diff.Places.Select(p => p.Culprit.Function));
        Assert.Contains(diff.Notes, n => n.StartsWith("The thresholds differ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("markdown")]
    public void Writes_as_agreed_whatever_the_culture(string format)
    {
        var text = Golden.InRussian(() => Text(format, Sample()));
        Golden.Check($"diff-{format}", text);
        if (format == "json")
            Assert.Equal("hud.diff/1", (string?)JsonNode.Parse(text)!["schema"]);
    }

    [Fact]
    public void Hostile_names_break_no_output()
    {
        var diff = ReportDiff.Compare(MockReport.Create(), MockVariants.Hostile());
        foreach (var format in DiffWriter.Formats)
        {
            var text = Text(format, diff);
            Assert.DoesNotContain('\e', text);
            Assert.True(format != "html" || !text.Contains("</script><script>alert", StringComparison.Ordinal), format);
        }
    }

    [Fact]
    public void Output_format_follows_the_name()
    {
        Assert.Equal("html", DiffWriter.Choose("x.html", null));
        Assert.Equal("text", DiffWriter.Choose("-", null));
        Assert.Equal("json", DiffWriter.Choose("-", "json"));
        Assert.Equal(ExitCode.WrongUsage, Assert.Throws<HudException>(() => DiffWriter.Choose("x.pdf", null)).Code);
    }

    [Fact]
    public void Any_two_reports_compare()
    {
        Report[] reports = [MockReport.Create(), MockVariants.Empty(), MockVariants.NoWorkers(), MockVariants.Hostile(), MockReport.Create() with { Session = MockReport.Create().Session with { DurationNs = 0 } }];
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).Sample((a, b) => { Text("text", ReportDiff.Compare(reports[a], reports[b])); }, iter: 50, threads: 1);
    }

    private static ReportDiff Sample() => ReportDiff.Compare(
        Session(("shop::catalog::load_prices", 100, 30.0), ("shop::cart::Cart::add", 60, 20.0), ("shop::old", 9, 8.0), ("shop::same", 40, 9.0)),
        Session(("shop::catalog::load_prices", 20, 30.0), ("shop::cart::Cart::add", 150, 21.0), ("shop::fresh::<[u8; 4]>", 12, 15.0), ("shop::rare", 1, 6.0), ("shop::same", 41, 9.0)));

    private static string Text(string format, ReportDiff diff)
    {
        using var stream = new MemoryStream();
        DiffWriter.Write(diff, format, stream, ExportOptions.Default);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal static Report Session(params (string Culprit, int Count, double Ms)[] places)
    {
        var random = new Random(1);
        return Build([.. places.Select(p => (p.Culprit, Enumerable.Range(0, p.Count).Select(_ => (long)(p.Ms * 1e6 * (0.9 + 0.2 * random.NextDouble()))).ToArray()))]);
    }

    private static Report Random(Random random, double mean)
    {
        var (count, product) = (0, random.NextDouble());
        for (var limit = Math.Exp(-mean); product > limit; count++)
            product *= random.NextDouble();
        return Build([("a", Enumerable.Range(0, count).Select(_ => 5_000_000 + (long)(-10_000_000 * Math.Log(1 - random.NextDouble()))).ToArray())]);
    }

    private static Report Build((string Culprit, long[] Ns)[] places)
    {
        var events = new List<PollRecord>();
        var groups = new List<Blocker>();
        foreach (var (culprit, ns) in places.Where(p => p.Ns.Length > 0))
        {
            var sorted = ns.Order().ToArray();
            groups.Add(new Blocker
            {
                Id = "id-" + culprit,
                Cause = Causes.FileIo,
                Culprit = MockReport.User(culprit, "src/x.rs", 7),
                Task = new TaskInfo(null, null, null),
                Count = ns.Length,
                TotalNs = ns.Sum(),
                BlockedNs = ns.Sum(),
                MaxNs = sorted[^1],
                P50Ns = sorted[ns.Length / 2],
                P99Ns = sorted[^1],
                Advice = "Do less.",
            });
            events.AddRange(ns.Select((n, i) => new PollRecord { StartNs = MockReport.StartNs + i * 100_000_000L, DurationNs = n, BlockedNs = n, Tid = 4243, Blocker = "id-" + culprit }));
        }

        return MockVariants.Empty() with { Notes = [], Blockers = [.. groups.OrderByDescending(g => g.TotalNs)], Events = events };
    }
}
