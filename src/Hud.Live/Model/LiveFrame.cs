using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Live.Model;

/// <summary>A poll that has reached the threshold and still goes on.</summary>
/// <param name="OwnNs">On the CPU or asleep in the kernel so far.</param>
/// <param name="RunQueueNs">Runnable but without a CPU so far.</param>
/// <param name="Starved">Over the threshold only because of the latter.</param>
/// <param name="Blocker">What it is in, once a stack has told; null until then.</param>
internal readonly record struct StuckPoll(int Tid, long StartNs, long OwnNs, long RunQueueNs, bool Starved, Blocker? Blocker);

/// <summary>What one frame shows: a copy of the model at one moment, reused from frame to frame.</summary>
internal sealed class LiveFrame
{
    public long Version { get; set; } = -1;
    public long NowNs { get; set; }
    public bool IsLive { get; set; } = true;
    public Rates Rates { get; set; }

    /// <summary>In which times of day are shown.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;
    public ISourceText? Sources { get; set; }
    public WorkerTimelines Timelines { get; } = new();
    public ReportIndex Index { get; } = new();
    public List<StuckPoll> Stuck { get; } = [];
    public Report? Report => Index.Report;

    public bool IsStuck(int tid)
    {
        foreach (var stuck in Stuck)
        {
            if (stuck.Tid == tid) return true;
        }
        return false;
    }

    public void SetReport(Report? report) => Index.SetReport(report);

    public void AddStuck(List<PollEvent> inProgress)
    {
        foreach (var poll in inProgress)
        {
            var record = Index.InProgress(poll.Key.Tid, poll.StartNs);
            var own = poll.OnCpuNs + poll.AsleepNs;
            // The report is up to a quarter of a second older, and the poll may have become a blocker since.
            var starved = own < Report?.Session.ThresholdNs;
            var blocker = record?.Starved == starved ? Index.Blocker(record.Blocker) : null;
            Stuck.Add(new StuckPoll(poll.Key.Tid, poll.StartNs, own, poll.RunQueueNs, starved, blocker));
        }
    }

    public void AddStuckFromReport()
    {
        if (Report is not { } report || report.Session.EndReason is not null) return;
        foreach (var record in report.Events)
        {
            if (record.InProgress) Stuck.Add(new StuckPoll(record.Tid, record.StartNs, record.OnCpuNs + record.BlockedNs, record.RunQueueNs, record.Starved, Index.Blocker(record.Blocker)));
        }
    }
}
