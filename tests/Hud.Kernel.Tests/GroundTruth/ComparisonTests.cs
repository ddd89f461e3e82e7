using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests.GroundTruth;

/// <summary>The judge is judged first: synthetic logs and reports, no kernel.</summary>
public sealed class ComparisonTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Call_with_its_event_is_found()
    {
        var comparison = Compare([Call(10, 20)], [Event(10.2, 19.9)]);

        Assert.Single(comparison.Found);
        Assert.Empty(comparison.Missed);
        Assert.Empty(comparison.False);
        Assert.Equal(0.3 / 1.5, comparison.P95RelativeError, 3);
    }

    [Fact]
    public void Call_without_an_event_is_missed()
    {
        var comparison = Compare([Call(10, 20), Call(30, 40), Call(50, 60)], [Event(10, 20)]);

        Assert.Equal([30 * Ms, 50 * Ms], comparison.Missed.Select(m => m.Call.StartNs));
        Assert.Throws<Xunit.Sdk.TrueException>(() => comparison.ReportsWhatBlocks(1));
    }

    [Fact]
    public void One_of_few_may_be_missed()
    {
        Compare([Call(10, 20), Call(30, 40)], [Event(10, 20)]).ReportsWhatBlocks(1);
    }

    [Fact]
    public void Event_on_another_thread_is_false_and_finds_nothing()
    {
        var comparison = Compare([Call(10, 20)], [Event(10, 20, tid: 8)]);

        Assert.Single(comparison.Missed);
        Assert.Single(comparison.False);
    }

    [Fact]
    public void Events_that_no_call_explains_are_too_many()
    {
        var comparison = Compare([Call(10, 20)], [Event(10, 20), Event(110, 120), Event(210, 220)]);

        Assert.Throws<Xunit.Sdk.TrueException>(comparison.ReportsNothingElse);
    }

    [Fact]
    public void Event_at_a_legal_call_is_one_too_many()
    {
        var legal = Call(30, 40) with { Verdict = Verdict.Legal };
        var comparison = Compare([Call(10, 20), legal], [Event(10, 20), Event(30, 40)]);

        Assert.Throws<Xunit.Sdk.TrueException>(comparison.ReportsNothingElse);
    }

    [Fact]
    public void Event_far_longer_than_the_call_is_false()
    {
        Assert.Single(Compare([Call(10, 20)], [Event(10, 90)]).False);
    }

    [Fact]
    public void Starved_event_does_not_stand_for_a_blocking_call()
    {
        var comparison = Compare([Call(10, 20)], [Event(10, 20, starved: true)]);

        Assert.Single(comparison.Missed);
        Assert.Empty(comparison.False);
    }

    [Fact]
    public void Call_that_the_host_starved_need_not_be_reported()
    {
        var starved = Event(10, 20, starved: true) with { BlockedNs = 4 * Ms, RunQueueNs = 6 * Ms };

        var comparison = Compare([Call(10, 20)], [starved], stolenMs: 6);
        Assert.Empty(comparison.Required);
        Assert.Single(comparison.Stolen);
        Assert.Single(Compare([Call(10, 20)], [starved], stolenMs: 5).Missed);
    }

    [Fact]
    public void Call_below_threshold_by_its_own_time_need_not_be_reported()
    {
        var comparison = Compare([Call(10, 20, runQueue: 4.5)], []);

        Assert.Empty(comparison.Required);
    }

    [Fact]
    public void Call_at_the_edges_of_the_session_need_not_be_reported()
    {
        var comparison = Compare([Call(-1010, -990), Call(-10, 20), Call(990, 1010)], [Event(0, 20)]);

        Assert.Empty(comparison.Required);
        Assert.Empty(comparison.False);
    }

    [Fact]
    public void Event_at_a_legal_call_is_told_apart()
    {
        var legal = Call(10, 20) with { Verdict = Verdict.Legal };
        var comparison = Compare([legal], [Event(10, 20)]);

        Assert.Single(comparison.False);
        Assert.Single(comparison.FalseAtLegal);
    }

    [Fact]
    public void Event_at_a_poll_that_was_held_up_by_accident_is_real()
    {
        var poll = Call(10, 20) with { Verdict = Verdict.Poll };

        Assert.Empty(Compare([poll], [Event(10, 20)]).False);
        Assert.Single(Compare([poll with { RunQueueNs = 7 * Ms }], [Event(10, 20)]).False);
    }

    [Fact]
    public void Event_with_a_short_legal_call_in_it_does_not_lie_within_that_call()
    {
        var legal = Call(10, 11) with { Verdict = Verdict.Legal };

        Assert.Empty(Compare([legal], [Event(10, 20)]).FalseAtLegal);
    }

    [Fact]
    public void Two_calls_in_one_event_leave_one_missed()
    {
        var comparison = Compare([Call(10, 20), Call(20, 32)], [Event(10, 32)]);

        Assert.Empty(comparison.False);
        Assert.True(comparison.Found.Max(m => m.RelativeError) > 1);
    }

    [Fact]
    public void Cause_and_name_are_compared()
    {
        var calls = new[] { Call(10, 20), Call(30, 40) with { Cause = "lock" }, Call(50, 60) with { Function = "other_function" } };
        var comparison = Compare(calls, [Event(10, 20), Event(30, 40), Event(50, 60)]);

        Assert.Equal("lock", Assert.Single(comparison.WrongCause).Call.Cause);
        Assert.Equal("other_function", Assert.Single(comparison.NotNamed).Call.Function);
        Assert.Equal("other_function", Assert.Single(comparison.NotCulprit).Call.Function);
    }

    [Fact]
    public void Log_line_is_parsed()
    {
        var call = TruthCall.Parse("100 350 50 77 block lock wait_for_std_mutex hold_std_mutex");

        Assert.Equal(new TruthCall(100, 350, 50, 77, Verdict.Block, "lock", "wait_for_std_mutex", "hold_std_mutex"), call);
        Assert.Equal(200, call.OwnNs);
        Assert.Throws<FormatException>(() => TruthCall.Parse("100 350 50 77 block"));
    }

    private static TruthCall Call(double startMs, double endMs, double runQueue = 0) => new(
        (long)(startMs * Ms), (long)(endMs * Ms), (long)(runQueue * Ms), 7, Verdict.Block, "sleep", "sleep_in_thread", null);

    private static JsonEvent Event(double startMs, double endMs, int tid = 7, bool starved = false)
    {
        var duration = (long)((endMs - startMs) * Ms);
        return new JsonEvent((long)(startMs * Ms), duration, 0, duration, 0, tid, 1, "b1", starved, false);
    }

    private static Comparison Compare(TruthCall[] truth, JsonEvent[] events, long stolenMs = 0)
    {
        var culprit = new JsonFrame("app::sleep_in_thread", "app", null, null, "user");
        var blocker = new JsonBlocker("b1", "sleep", culprit, null, 1, 0, 0, null, null, []);
        var session = new JsonSession(-1000 * Ms, 2000 * Ms, 5 * Ms, "sampled", Ms, new JsonLosses(0, 0), null);
        var report = new JsonReport(
            "hud.report/1", new JsonTarget(1, "app", null, []), session, [], [blocker], [], events, null, null) { StolenNs = stolenMs * Ms };
        return new Comparison(truth, report);
    }
}
