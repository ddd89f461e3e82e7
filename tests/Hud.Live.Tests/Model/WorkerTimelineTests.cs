using CsCheck;
using Hud.Live.Model;
using Hud.Tracking.Events;

namespace Hud.Live.Tests.Model;

public sealed class WorkerTimelineTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Slices_hold_what_the_totals_say()
    {
        var timelines = new WorkerTimelines();
        for (var tick = 0; tick <= 50; tick++)
            timelines.Add(1000 * Ms + tick * 100 * Ms, [Totals(onCpu: tick * 30 * Ms, idle: tick * 70 * Ms)], 10_000 * Ms);
        var sum = Sum(timelines);
        Assert.Equal(1500, sum.PollingUs / 1000, 0);
        Assert.Equal(3500, sum.ParkedUs / 1000, 0);
        Assert.Equal(0, sum.BlockedUs);
    }

    [Fact]
    public void A_sleep_that_the_totals_count_at_its_end_is_shown_while_it_lasts_and_only_once()
    {
        var timelines = new WorkerTimelines();
        for (var tick = 0; tick <= 20; tick++)
            timelines.Add(tick * 100 * Ms, [Totals(idle: Math.Min(tick, 5) * 100 * Ms, inPoll: tick > 5)], 10_000 * Ms);
        Assert.Equal(1500, Sum(timelines).BlockedUs / 1000, 0);
        // The poll ends: its 1.5 s arrive at once, then the worker parks.
        for (var tick = 21; tick <= 30; tick++)
            timelines.Add(tick * 100 * Ms, [Totals(blocked: 1500 * Ms, idle: (500 + (tick - 20) * 100) * Ms)], 10_000 * Ms);
        var sum = Sum(timelines);
        Assert.Equal(1500, sum.BlockedUs / 1000, 0);
        Assert.Equal(1500, sum.ParkedUs / 1000, 0);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(900_000)]
    [InlineData(null)]
    public void Memory_is_bounded_by_the_window_not_by_time(int? windowMs)
    {
        var timelines = new WorkerTimelines();
        long? window = windowMs * Ms;
        for (var tick = 0; tick <= 300_000; tick++) timelines.Add(tick * 100 * Ms, [Totals(onCpu: tick * 50 * Ms, idle: tick * 50 * Ms)], window);
        Assert.InRange(timelines.Axis.Capacity, 1, TimeAxis.Slices);
        var sum = Sum(timelines);
        var expected = window is { } ns ? Math.Min(ns, 30_000_000 * Ms) : 30_000_000 * Ms;
        Assert.InRange(sum.TotalUs * 1000.0 / expected, 0.97, 1.03);
        Assert.Equal(1, sum.PollingUs / sum.ParkedUs, 0.02);
    }

    [Fact]
    public void No_slice_ever_holds_more_time_than_it_has()
    {
        var update = Gen.Select(Gen.Int[1, 5000], Gen.Int[0, 400], Gen.Int[0, 3000], Gen.Int[0, 400], Gen.Bool);
        Gen.Select(update.Array[1, 60], Gen.Int[0, 2]).Sample((updates, window) =>
        {
            var timelines = new WorkerTimelines();
            long now = 77 * Ms, onCpu = 0, blocked = 0, idle = 0;
            long?[] windows = [null, 10_000 * Ms, 60_000 * Ms];
            for (var i = 0; i < updates.Length; i++)
            {
                var (elapsed, cpu, asleep, parked, inPoll) = updates[i];
                (now, onCpu, blocked, idle) = (now + elapsed * Ms, onCpu + cpu * Ms, blocked + asleep * Ms, idle + parked * Ms);
                if (i == updates.Length / 2) timelines.SetWindow(windows[(window + 1) % 3]);
                timelines.Add(now, [Totals(onCpu, blocked, idle, inPoll)], i < updates.Length / 2 ? windows[window] : windows[(window + 1) % 3]);
            }
            var worker = timelines.Workers[0];
            for (var slice = timelines.Axis.Oldest; slice <= timelines.Axis.Newest; slice++)
                Assert.True(worker[slice].TotalUs * 1000 <= timelines.Axis.SliceNs * 1.01, "a slice is overfull");
        });
    }

    [Fact]
    public void A_worker_that_ends_leaves_when_its_time_has_left_the_window()
    {
        var timelines = new WorkerTimelines();
        timelines.Add(0, [Totals(), Totals() with { Tid = 8 }], 1_000 * Ms);
        timelines.Add(100 * Ms, [Totals(), Totals() with { Tid = 8 }], 1_000 * Ms);
        timelines.Add(500 * Ms, [Totals()], 1_000 * Ms);
        Assert.Equal(2, timelines.Workers.Count);
        timelines.Add(2_000 * Ms, [Totals()], 1_000 * Ms);
        Assert.Single(timelines.Workers);
    }

    private static WorkerSlice Sum(WorkerTimelines timelines)
    {
        var sum = default(WorkerSlice);
        for (var slice = timelines.Axis.Oldest; slice <= timelines.Axis.Newest; slice++) sum += timelines.Workers[0][slice];
        return sum;
    }

    private static WorkerTotals Totals(long onCpu = 0, long blocked = 0, long idle = 0, bool inPoll = false) =>
        new(7, "w", 0, 0, IsWorker: true, onCpu, blocked, 0, idle, inPoll, HoldsDriver: false);
}
