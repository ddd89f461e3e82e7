using Hud.Tracking.Choice;
using Hud.Tracking.Events;

namespace Hud.Tracking;

/// <summary>How a session tracks.</summary>
public sealed record TrackerOptions
{
    /// <summary>Own time from which a poll counts as blocking, nanoseconds.</summary>
    public required long ThresholdNs { get; init; }

    /// <summary>"auto", "sampled", "exact" or "scheduler".</summary>
    public string Tracker { get; init; } = "auto";

    /// <summary>Thread-name prefix of the workers; overrides discovery.</summary>
    public string? WorkersPrefix { get; init; }

    /// <summary>Distance of two samples of a running thread; 0 derives it from the threshold and from what samples cost here.</summary>
    public long SamplePeriodNs { get; init; }

    /// <summary>Share of the target's CPU time that hud's probes may cost, for trackers that can tell; 0.01 is one percent.</summary>
    public double MaxOverhead { get; init; } = 0.01;

    public ScheduleDelays ScheduleDelays { get; init; }

    /// <summary>Tells from a stack where a wait took place, for the scheduler tracker; null: the system call alone has to tell.</summary>
    public Func<StackEvent, WaitPlace>? PlaceOfWait { get; init; }

    /// <summary>The choice in effect: where nobody asked for every poll to be timed, "where cheap" is nowhere.</summary>
    public ScheduleDelays EffectiveScheduleDelays =>
        ScheduleDelays == ScheduleDelays.WhereCheap && Tracker != TrackerPlan.Exact ? ScheduleDelays.Off : ScheduleDelays;

    /// <summary>
    /// The sample period in effect: a quarter of the threshold and 1 ms at most, but no less than ten times what a sample costs,
    /// so that samples take no more than a tenth of a thread.
    /// </summary>
    /// <param name="sampleNs">What a sample costs, asked for only where it matters.</param>
    internal long EffectiveSamplePeriodNs(Func<long> sampleNs)
    {
        const long Longest = 1_000_000, Shortest = 50_000, TimeOverCost = 10;
        if (SamplePeriodNs > 0)
            return SamplePeriodNs;
        var wanted = Math.Clamp(ThresholdNs / 4, Shortest, Longest);
        return wanted == Longest ? wanted : Math.Clamp(TimeOverCost * sampleNs(), wanted, Longest);
    }
}
