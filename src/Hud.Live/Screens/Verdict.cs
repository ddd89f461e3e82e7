using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.View;

namespace Hud.Live.Screens;

internal enum VerdictKind
{
    /// <summary>Nothing blocks.</summary>
    Ok,

    /// <summary>Nothing blocks because nothing runs.</summary>
    Idle,

    /// <summary>Nothing can be said; the text says why.</summary>
    Unsure,

    /// <summary>Polls are late, but no code is to blame.</summary>
    Starved,

    /// <summary>There are blockers in the window.</summary>
    Blocked,

    /// <summary>A worker is in one right now.</summary>
    Stuck,
}

/// <summary>
/// What is wrong right now, in one sentence; or that nothing is; or why nothing can be said. Beyond the report's own verdict
/// it knows what the user has muted, and how old a stall is at this moment.
/// </summary>
internal static class Verdict
{
    /// <summary>
    /// A poll counts as stuck from this own time on; shorter ones come and go between two frames and would only make the line
    /// flicker. The workers screen lists them all.
    /// </summary>
    private const long StuckNs = 250_000_000;

    /// <summary>How long nothing has blocked before the line says so.</summary>
    private const long QuietNs = 10_000_000_000;

    public static string Badge(VerdictKind kind) => kind switch
    {
        VerdictKind.Ok => "OK",
        VerdictKind.Idle => "IDLE",
        VerdictKind.Unsure => "UNSURE",
        VerdictKind.Starved => "STARVED",
        VerdictKind.Blocked => "BLOCKED",
        _ => "STUCK",
    };

    public static VerdictKind Write(TextBuffer into, LiveFrame frame, ViewState view, Glyphs glyphs)
    {
        into.Clear();
        if (frame.Report is not { } report)
        {
            into.Append("waiting for the first measurements");
            return VerdictKind.Unsure;
        }
        var kind = Say(into, frame, view, report, glyphs);
        if (kind is not VerdictKind.Unsure && LossText.Of(report.Session.Lost) is { } losses) into.Append($" ({losses})");
        return kind;
    }

    private static VerdictKind Say(TextBuffer into, LiveFrame frame, ViewState view, Report report, Glyphs glyphs)
    {
        if (SayStuck(into, frame, view, report, glyphs)) return VerdictKind.Stuck;
        if (SayBlocked(into, frame, view, report)) return VerdictKind.Blocked;
        if (report.Workers.Count == 0 && frame.Timelines.Workers.Count == 0)
        {
            into.Append(report.Notes.Count > 0 ? report.Notes[0] : "no Tokio worker has been seen yet");
            return VerdictKind.Unsure;
        }
        if (report.Session.Lost.Events > 0)
        {
            into.Append($"no blocker seen, but some may be missing ({LossText.Of(report.Session.Lost)})");
            return VerdictKind.Unsure;
        }
        if (SayStarved(into, report)) return VerdictKind.Starved;
        return SayWell(into, frame, report);
    }

    private static bool SayStuck(TextBuffer into, LiveFrame frame, ViewState view, Report report, Glyphs glyphs)
    {
        StuckPoll? worst = null;
        var more = 0;
        foreach (var stuck in frame.Stuck)
        {
            if (stuck.OwnNs < StuckNs || stuck.Starved || stuck.Blocker is { } known && view.Blockers.IsMuted(known.Id)) continue;
            if (worst is not null) more++;
            if (worst is null || stuck.OwnNs > worst.Value.OwnNs) worst = stuck;
        }
        if (worst is not { } poll) return false;
        Labels.Worker(into, frame, poll.Tid);
        into.Append($" stuck {new Duration(poll.OwnNs)}");
        if (poll.Blocker is { } blocker)
            into.Append($" in {Labels.Short(blocker.Culprit)} {glyphs.Dash} {Labels.Wait(blocker)}");
        Labels.RunQueue(into, poll);
        if (more > 0) into.Append($"; {more} more stuck");
        foreach (var stall in report.DriverStalls)
        {
            if (!stall.InProgress || !frame.IsStuck(stall.Tid)) continue;
            into.Append("; nobody polls I/O");
            break;
        }
        return true;
    }

    private static bool SayBlocked(TextBuffer into, LiveFrame frame, ViewState view, Report report)
    {
        Blocker? worst = null;
        long total = 0;
        int count = 0, muted = 0;
        foreach (var blocker in report.Blockers)
        {
            if (view.Blockers.IsMuted(blocker.Id))
            {
                muted++;
                continue;
            }
            count++;
            total += blocker.TotalNs;
            if (worst is null || blocker.TotalNs > worst.TotalNs) worst = blocker;
        }
        if (worst is null) return false;
        into.Append(count == 1 ? "1 blocker held workers for " : $"{count} blockers held workers for ");
        into.Append($"{new Duration(total)} ({Percent.Of(total, frame.Index.WorkerTimeNs)} of their time)");
        Since(into, report);
        into.Append($"; worst: {Labels.Short(worst.Culprit)}, {worst.Count}x up to {new Duration(worst.MaxNs)} ({worst.Cause})");
        SayQuiet(into, frame, view, report);
        if (muted > 0) into.Append($"; {muted} muted");
        return true;
    }

    /// <summary>That it is over, where it is: the window may reach back for hours.</summary>
    private static void SayQuiet(TextBuffer into, LiveFrame frame, ViewState view, Report report)
    {
        for (var i = report.Events.Count - 1; i >= 0; i--)
        {
            var record = report.Events[i];
            if (record.Starved || frame.Index.EventBlocker(i) is not { } blocker || view.Blockers.IsMuted(blocker.Id)) continue;
            var quiet = record.InProgress ? 0 : frame.NowNs - record.StartNs - record.DurationNs;
            if (quiet >= QuietNs) into.Append($"; none for the last {Duration.WholeSeconds(quiet):s}");
            return;
        }
    }

    private static bool SayStarved(TextBuffer into, Report report)
    {
        long count = 0, max = 0;
        foreach (var starved in report.Starved)
        {
            count += starved.Count;
            max = Math.Max(max, starved.MaxNs);
        }
        if (count == 0) return false;
        into.Append($"no blocker, but {count} {(count == 1 ? "poll was" : "polls were")} late for want of a CPU, taking up to {new Duration(max)}{(Starvation.IsMostly(report.Starved) ? ": the host or the cgroup has too little" : ", most of that their own time")}");
        return true;
    }

    private static VerdictKind SayWell(TextBuffer into, LiveFrame frame, Report report)
    {
        long busy = 0, all = 0;
        foreach (var worker in report.Workers)
        {
            busy += worker.OnCpuNs + worker.BlockedNs + worker.RunQueueNs;
            all += worker.OnCpuNs + worker.BlockedNs + worker.RunQueueNs + worker.IdleNs;
        }
        var share = Percent.Of(busy, all);
        if (all > 0 && share.Share < 0.005)
        {
            into.Append($"the workers were parked {new Percent(1 - share.Share)} of the time: nothing runs that could block");
            return VerdictKind.Idle;
        }
        if (report.Session.Polls == 0 && report.Notes.Count > 0)
        {
            into.Append(report.Notes[0]);
            return VerdictKind.Unsure;
        }
        into.Append($"no poll reached {new Duration(report.Session.ThresholdNs):s}");
        Since(into, report);
        if (report.Session.LongestPollNs is { } longest && longest < report.Session.ThresholdNs) into.Append($", the longest took {new Duration(longest)}");
        into.Append($"; the workers were busy {share} of the time");
        if (report.Blockers.Count > 0) into.Append($"; {report.Blockers.Count} muted");
        return VerdictKind.Ok;
    }

    private static void Since(TextBuffer into, Report report)
    {
        var session = report.Session;
        if (session.WindowNs is { } window && window < session.DurationNs) into.Append($" in the last {new Duration(window):s}");
        else into.Append($" in {Duration.WholeSeconds(session.DurationNs):s}");
    }
}
