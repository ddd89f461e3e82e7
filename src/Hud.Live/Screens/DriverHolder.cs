using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.View;
using Hud.Symbols.Naming;

namespace Hud.Live.Screens;

/// <summary>Who waits for the runtime's I/O and timers at the moment, or why nobody does.</summary>
internal static class DriverHolder
{
    public static void Say(TextBuffer into, LiveFrame frame)
    {
        if (frame.Report is { } report)
        {
            foreach (var stall in report.DriverStalls)
            {
                if (!stall.InProgress) continue;
                into.Append($"I/O driver: nobody polls it for {new Duration(frame.NowNs - stall.StartNs)}, because ");
                Labels.Worker(into, frame, stall.Tid);
                into.Append($" holds it inside a poll; {stall.IdleWorkers} idle workers wait");
                return;
            }
        }
        foreach (var worker in frame.Timelines.Workers)
        {
            if (!worker.HoldsDriver) continue;
            into.Append("I/O driver: held by ");
            Labels.Worker(into, frame, worker.Tid);
            into.Append(worker.InPoll ? ", which is inside a poll" : ", waiting for events");
            return;
        }
        if (frame.Report is not null) Past(into, frame, frame.Report.DriverStalls);
    }

    private static void Past(TextBuffer into, LiveFrame frame, IReadOnlyList<DriverStall> stalls)
    {
        if (stalls.Count == 0)
        {
            into.Append("I/O driver: no stall seen in the window");
            return;
        }
        var longest = stalls[0];
        for (var i = 1; i < stalls.Count; i++)
        {
            if (stalls[i].DurationNs > longest.DurationNs) longest = stalls[i];
        }
        into.Append($"I/O driver: polled now; {stalls.Count} stalls in the window, the longest {new Duration(longest.DurationNs)} while ");
        Labels.Worker(into, frame, longest.Tid);
        into.Append(" was inside a poll");
        if (frame.Index.Blocker(longest.Blocker) is { } blocker) into.Append($" of {FunctionPath.Tail(blocker.Culprit.Function, 2)}");
    }
}
