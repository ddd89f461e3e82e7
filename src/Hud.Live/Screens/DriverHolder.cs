using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>Who waits for the runtime's I/O and timers at the moment, or why nobody does, and when nobody did.</summary>
internal static class DriverHolder
{
    public static void Say(TextBuffer into, LiveFrame frame)
    {
        if (frame.Report is not { } report) return;
        into.Append("I/O driver: ");
        if (frame.IsLive)
        {
            Now(into, frame, report);
            into.Append("; ");
        }
        Past(into, frame, report.DriverStalls);
    }

    private static void Now(TextBuffer into, LiveFrame frame, Report report)
    {
        foreach (var stall in report.DriverStalls)
        {
            if (!stall.InProgress) continue;
            into.Append($"nobody polls it for {new Duration(frame.NowNs - stall.StartNs)}, because ");
            Labels.Worker(into, frame, stall.Tid);
            into.Append($" holds it inside a poll while {stall.IdleWorkers} {(stall.IdleWorkers == 1 ? "worker is" : "workers are")} idle");
            return;
        }
        foreach (var worker in frame.Timelines.Workers)
        {
            if (!worker.HoldsDriver) continue;
            into.Append("held by ");
            Labels.Worker(into, frame, worker.Tid);
            into.Append(worker.InPoll ? ", which is inside a poll" : ", waiting for events");
            return;
        }
        into.Append("no worker waits on it");
    }

    private static void Past(TextBuffer into, LiveFrame frame, IReadOnlyList<DriverStall> stalls)
    {
        var (count, longest) = (0, -1);
        for (var i = 0; i < stalls.Count; i++)
        {
            if (frame.IsLive && stalls[i].InProgress) continue;
            count++;
            if (longest < 0 || stalls[i].DurationNs > stalls[longest].DurationNs) longest = i;
        }
        if (longest < 0)
        {
            into.Append(stalls.Count > 0 ? "no other stall seen" : "no stall seen");
            return;
        }
        into.Append($"{count} {(count == 1 ? "stall" : "stalls")} seen, the longest {new Duration(stalls[longest].DurationNs)} while ");
        Labels.Worker(into, frame, stalls[longest].Tid);
        into.Append(" was inside a poll");
        if (frame.Index.Blocker(stalls[longest].Blocker) is { } blocker) into.Append($" of {Labels.Short(blocker.Culprit)}");
    }
}
