using System.Text;
using System.Text.Json.Nodes;
using Hud.Target;

namespace Hud.Reporting.Tests;

public sealed class ReportCheckTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Without_limits_any_blocker_fails()
    {
        var result = ReportCheck.Run(MockReport.Create(), new CheckOptions());
        Assert.False(result.Passed);
        Assert.Equal(5, result.Places.Count(p => p.Fails));
        Assert.Equal("FAILED: a poll blocked a worker, in 5 places.", result.Verdict);
        Assert.True(ReportCheck.Run(MockVariants.Empty(), new CheckOptions()).Passed);
    }

    /// <summary>Silence of a tracker that saw nothing is no clean bill.</summary>
    [Fact]
    public void Where_polls_were_not_followed_nothing_passes_and_nothing_is_clean()
    {
        const string Why = "Tokio's layout is being worked out: no worker has run a task yet";
        var empty = MockVariants.Empty();
        var report = empty with { Session = empty.Session with { NotReady = Why } };
        var result = ReportCheck.Run(report, new CheckOptions { MaxBlockNs = 20 * Ms });
        Assert.False(result.Passed);
        Assert.Contains(Why, result.Verdict, StringComparison.Ordinal);
        Assert.Equal((VerdictLevel.Unknown, Why), (Verdict.Of(report).Level, Verdict.Of(report).Detail));
        Assert.Equal(VerdictLevel.Clean, Verdict.Of(empty).Level);
        using var saved = new MemoryStream();
        ReportJson.Write(report, saved);
        saved.Position = 0;
        Assert.Equal(Why, ReportJson.TryRead(saved, "saved", out _)?.Session.NotReady);
    }

    /// <summary>What was followed is within its limit; of the rest nobody knows.</summary>
    [Fact]
    public void Where_some_polls_were_not_followed_nothing_passes_and_what_is_over_a_limit_is_named()
    {
        const string Why = "The polls of some runtimes are not followed yet";
        var whole = MockReport.Create();
        var report = whole with { Session = whole.Session with { NotReady = Why } };
        var within = ReportCheck.Run(report, new CheckOptions { MaxBlockNs = 50 * Ms });
        Assert.False(within.Passed);
        Assert.Contains(Why, within.Verdict, StringComparison.Ordinal);
        Assert.DoesNotContain(within.Places, p => p.Fails);
        Assert.Equal(ReportCheck.Run(whole, new CheckOptions { MaxBlockNs = 20 * Ms }).Verdict, ReportCheck.Run(report, new CheckOptions { MaxBlockNs = 20 * Ms }).Verdict);
    }

    [Fact]
    public void The_limit_names_what_is_over_it_worst_first()
    {
        var result = ReportCheck.Run(MockReport.Create(), new CheckOptions { MaxBlockNs = 20 * Ms });
        Assert.Equal(["shop::catalog::load_prices", "shop::cart::Cart::add"], result.Places.Where(p => p.Fails).Select(p => p.Blocker.Culprit.Function));
        Assert.Equal("41 ms is over the limit of 20 ms", result.Places[0].Reason);
        Assert.True(ReportCheck.Run(MockReport.Create(), new CheckOptions { MaxBlockNs = 50 * Ms }).Passed);
    }

    [Fact]
    public void The_total_is_held_against_worker_time()
    {
        Assert.True(ReportCheck.Run(MockReport.Create(), new CheckOptions { MaxTotalPercent = 0.4 }).Passed);
        var over = ReportCheck.Run(MockReport.Create(), new CheckOptions { MaxTotalPercent = 0.3 });
        Assert.False(over.Passed);
        Assert.Contains("0.32 % of worker time is over the limit of 0.3 %", over.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_lets_only_new_places_fail_unless_any_is_asked_for()
    {
        var baseline = MockReport.Create() with { Blockers = [.. MockReport.Create().Blockers.Skip(1)] };
        var result = ReportCheck.Run(MockReport.Create(), new CheckOptions { Baseline = baseline, MaxBlockNs = 10 * Ms });
        Assert.Equal(["shop::catalog::load_prices"], result.Places.Where(p => p.Fails).Select(p => p.Blocker.Culprit.Function));
        Assert.Equal("FAILED: a poll held a worker for more than 10 ms, in 1 new place (3 known or allowed).", result.Verdict);
        Assert.Equal(4, ReportCheck.Run(MockReport.Create(), new CheckOptions { Baseline = baseline, MaxBlockNs = 10 * Ms, FailOn = FailOn.Any }).Places.Count(p => p.Fails));
    }

    [Fact]
    public void The_allow_file_excuses_by_pattern_cause_and_limit()
    {
        var allow = AllowList.Parse(["# legacy", "shop::catalog::*  file-io max=50   # until the cache lands", "\"shop::retry::backoff<[u8; 32]>\"", "shop::cart::* sleep", "shop::nowhere"], "allow.txt");
        var result = ReportCheck.Run(MockReport.Create(), new CheckOptions { Allow = allow });
        Assert.Equal(["shop::cart::Cart::add", "shop::auth::verify_password", "shop::mail::send"], result.Places.Where(p => p.Fails).Select(p => p.Blocker.Culprit.Function));
        Assert.Equal("allowed by line 2 of the allow file", result.Places.Single(p => p.Blocker.Id == "a1").Reason);
        Assert.Equal(["Line 4 of the allow file (shop::cart::*) matched nothing.", "Line 5 of the allow file (shop::nowhere) matched nothing."], result.Notes);
        var tight = AllowList.Parse(["shop::catalog::* max=40"], "allow.txt");
        Assert.Contains(ReportCheck.Run(MockReport.Create(), new CheckOptions { Allow = tight }).Places, p => p.Fails && p.Blocker.Id == "a1");
    }

    [Theory]
    [InlineData("shop::* nonsense")]
    [InlineData("shop::* max=x")]
    [InlineData("shop::* lock sleep")]
    [InlineData("\"\" lock")]
    public void A_line_that_is_not_understood_is_an_error_with_its_number(string line)
    {
        var e = Assert.Throws<HudException>(() => AllowList.Parse(["# fine", line], "allow.txt"));
        Assert.StartsWith("allow.txt, line 2: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, Assert.Throws<HudException>(() => AllowList.ReadFile("/nonexistent")).Code);
    }

    [Fact]
    public void A_session_without_workers_proves_nothing_and_fails()
    {
        Assert.False(ReportCheck.Run(MockVariants.NoWorkers(), new CheckOptions { MaxBlockNs = 1000 * Ms }).Passed);
    }

    [Fact]
    public void A_limit_under_the_threshold_is_pointed_out()
    {
        Assert.Contains(ReportCheck.Run(MockVariants.Empty(), new CheckOptions { MaxBlockNs = Ms }).Notes, n => n.Contains("below the session's threshold", StringComparison.Ordinal));
    }

    [Fact]
    public void Ci_formats_present_the_check()
    {
        var report = MockReport.Create();
        var result = ReportCheck.Run(report, new CheckOptions { MaxBlockNs = 20 * Ms, Allow = AllowList.Parse(["shop::cart::*"], "x") });
        var options = new ExportOptions { Check = result };
        var results = JsonNode.Parse(Render.Bytes("sarif", report, options))!["runs"]![0]!["results"]!.AsArray();
        Assert.Equal(["error", "note"], results.Select(r => (string)r!["level"]!));
        Assert.NotNull(results[1]!["suppressions"]);
        Assert.Contains("failures=\"1\"", Render.Text("junit", report, options), StringComparison.Ordinal);
        Assert.Equal(1, Render.Text("github", report, options).Split('\n').Count(l => l.StartsWith("::error", StringComparison.Ordinal)));
        Assert.Contains("| ✗ | `shop::catalog::load_prices`", Render.Text("markdown", report, options), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_and_json_as_agreed()
    {
        var report = MockReport.Create();
        var result = ReportCheck.Run(report, new CheckOptions { MaxBlockNs = 20 * Ms, MaxTotalPercent = 0.1 });
        Golden.Check("check-text", Golden.InRussian(() =>
        {
            using var text = new StringWriter { NewLine = "\n" };
            CheckWriter.WriteText(result, report, text, ExportOptions.Default);
            return text.ToString();
        }));
        using var stream = new MemoryStream();
        CheckWriter.WriteJson(result, stream);
        var json = JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!;
        Assert.Equal("hud.check/1", (string?)json["schema"]);
        Assert.Equal(result.Places.Count, json["places"]!.AsArray().Count);
    }
}
