using Hud.Target;

namespace Hud.Tracking.Choice;

/// <summary>Which tracker is to serve, why, and what it starts from.</summary>
/// <param name="Multi">The kernel attaches many probes in one link.</param>
internal sealed record TrackerPlan(string Tracker, string Reason, TokioLayout? Layout, PollSites? Sites, bool Calibrate, bool Multi)
{
    public const string Sampled = "sampled";
    public const string Exact = "exact";
    public const string Scheduler = "scheduler";

    /// <summary>uprobe_multi came with Linux 6.6.</summary>
    public static bool HasMulti => Environment.OSVersion.Version >= new Version(6, 6);

    /// <exception cref="HudException">The tracker that was asked for cannot serve this program.</exception>
    public static TrackerPlan For(TokioModule tokio, TrackerOptions options)
    {
        if (options.Tracker == Scheduler)
            return new TrackerPlan(Scheduler, "asked for; blocking is judged by the system calls that workers wait in", null, null, Calibrate: false, HasMulti);

        var layout = LayoutFromDwarf.TryRead(tokio.Module, out var problem);
        if (layout is not null && options.Tracker != Exact)
            return new TrackerPlan(Sampled, $"Tokio's memory is read, laid out as the program's {layout.Origin} say", layout, null, Calibrate: false, HasMulti);

        var sites = PollSites.Find(tokio.Module);
        var canCalibrate = layout is null && tokio.Module.ThreadLocals is not null && (sites.RunTask.Count > 0 || (tokio.Presence.HasTaskOffsets && sites.RawPoll.Count > 0));
        if (options.Tracker == Exact)
        {
            return sites.RawPoll.Count > 0
                ? new TrackerPlan(Exact, "asked for; every poll is timed by probes", layout, sites, canCalibrate, HasMulti)
                : throw new HudException($"The exact tracker finds no poll functions in {tokio.Module.Path}: {sites.Origin}", "use --tracker auto, or give --symbols", ExitCode.Failed);
        }
        if (canCalibrate)
            return new TrackerPlan(Sampled, "Tokio's layout is being worked out", null, sites, Calibrate: true, HasMulti);
        if (options.Tracker == Sampled)
            throw new HudException($"The sampled tracker cannot read Tokio's memory in {tokio.Module.Path}: {problem ?? "its layout is not known"}", "use --tracker auto, or give --symbols", ExitCode.Failed);
        return sites.RawPoll.Count > 0
            ? new TrackerPlan(Exact, $"every poll is timed by probes, because Tokio's memory cannot be read ({problem ?? "unknown layout"})", null, sites, Calibrate: false, HasMulti)
            : new TrackerPlan(Scheduler, $"Tokio's memory cannot be read ({problem ?? "unknown layout"}) and no poll functions were found", null, null, Calibrate: false, HasMulti);
    }

    /// <summary>A plan with a layout that is known.</summary>
    public static TrackerPlan With(TokioLayout layout) =>
        new(Sampled, $"Tokio's memory is read, laid out as its {layout.Origin} say", layout, null, Calibrate: false, HasMulti);
}
