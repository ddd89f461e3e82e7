using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>One column of a worker's strip in words.</summary>
internal static class StripTooltip
{
    public static void Say(TextBuffer into, LiveFrame frame, WorkerStrips strips, int row, int tid, int column, Glyphs glyphs)
    {
        into.Clear();
        Labels.Worker(into, frame, tid);
        var ns = strips.Column(row, column);
        var from = strips.StartNs + column * strips.ColumnNs;
        var ago = strips.StartNs + strips.SpanNs - from;
        into.Append($", {new Duration(ago)} to {new Duration(ago - strips.ColumnNs)} {(frame.IsLive ? "ago" : "before the end")}:");
        // First all of its time, then which of that belongs to blockers: the two would not add up to anything.
        var states = Shares(into, ns, 1, SliceState.FirstCause, strips.ColumnNs, "");
        var causes = Shares(into, ns, SliceState.FirstCause, ns.Length, strips.ColumnNs, states > 0 ? "; of that in blockers:" : " in blockers:");
        if (states + causes == 0) into.Append(frame.IsLive ? " not watched" : " no stall");
        Longest(into, frame, tid, from, from + strips.ColumnNs, glyphs);
    }

    /// <returns>How many shares are worth a word.</returns>
    private static int Shares(TextBuffer into, ReadOnlySpan<float> ns, int first, int end, long columnNs, string title)
    {
        var said = 0;
        for (var state = first; state < end; state++)
        {
            var share = ns[state] / columnNs;
            if (share < 0.005) continue;
            into.Append(said++ > 0 ? "," : title);
            into.Append($" {SliceState.Word(state)} {new Percent(Math.Min(1, share))}");
        }
        return said;
    }

    private static void Longest(TextBuffer into, LiveFrame frame, int tid, long fromNs, long toNs, Glyphs glyphs)
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
            into.Append($"; the longest {new Duration(report.Events[longest].DurationNs)} in {Labels.Short(blocker.Culprit)} {glyphs.Dash} {Labels.Wait(blocker)}");
    }
}
