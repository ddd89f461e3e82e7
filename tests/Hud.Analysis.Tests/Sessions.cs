using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Tests;

/// <summary>Surroundings for snapshots: two workers of one runtime, a session of ten seconds.</summary>
internal static class Sessions
{
    public static WorkerTotals Worker(int tid, int index, long idleMs = 1_000, long onCpuMs = 9_000) =>
        new(tid, "tokio-runtime-w", index, 0, true, onCpuMs * 1_000_000, 0, 0, idleMs * 1_000_000, false, false);

    public static SessionFacts Facts(long nowMs = 10_000) => new()
    {
        Tool = new ToolInfo("hud", "0.1.0"),
        Target = new TargetInfo { Pid = 1, Name = "app" },
        StartedAt = DateTimeOffset.UnixEpoch,
        AttachedNs = -500_000_000,
        StartNs = 0,
        NowNs = nowMs * 1_000_000,
        Tracker = "sampled",
        SamplePeriodNs = 1_000_000,
        Workers = [Worker(100, 0), Worker(101, 1)],
    };

    public static Report At(this SessionAnalysis analysis, long nowMs = 10_000) => analysis.Snapshot(Facts(nowMs));
}
