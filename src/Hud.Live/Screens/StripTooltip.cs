using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;
using Hud.Symbols.Naming;

namespace Hud.Live.Screens;

/// <summary>One column of a worker's strip in words.</summary>
internal static class StripTooltip
{
    public static void Say(TextBuffer into, LiveFrame frame, WorkerStrips strips, int row, int tid, int column, Glyphs glyphs)
    {
        into.Clear();
        Labels.Worker(into, frame, tid);
        var ns = strips.Column(row, column);
        var end = strips.StartNs + strips.Columns * strips.ColumnNs;
        var from = strips.StartNs + column * strips.ColumnNs;
        into.Append($", {new Duration(end - from)} to {new Duration(end - from - strips.ColumnNs)} ago:");
        var said = 0;
        for (var state = ns.Length - 1; state > SliceState.Unknown; state--)
        {
            var share = ns[state] / strips.ColumnNs;
            if (share < 0.005) continue;
            into.Append(said++ > 0 ? ", " : " ");
            into.Append($"{SliceState.Word(state)} {new Percent(Math.Min(1, share))}");
        }
        if (said == 0) into.Append(frame.IsLive ? " not watched" : " no stall");
        Culprit(into, frame, tid, from, from + strips.ColumnNs, glyphs);
    }

    private static void Culprit(TextBuffer into, LiveFrame frame, int tid, long fromNs, long toNs, Glyphs glyphs)
    {
        if (frame.Report is not { } report) return;
        var longest = -1;
        for (var i = 0; i < report.Events.Count; i++)
        {
            var record = report.Events[i];
            if (record.Tid != tid || record.StartNs >= toNs || record.StartNs + record.DurationNs <= fromNs) continue;
            if (longest < 0 || record.DurationNs > report.Events[longest].DurationNs) longest = i;
        }
        if (longest >= 0 && frame.Index.EventBlocker(longest) is { } blocker)
            into.Append($" in {FunctionPath.Tail(blocker.Culprit.Function, 2)} {glyphs.Dash} {Labels.Wait(blocker)} ({new Duration(report.Events[longest].DurationNs)})");
    }
}
