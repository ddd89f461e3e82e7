namespace Hud.Target;

/// <summary>Which tracker can serve a binary, as far as its file tells. The trackers themselves have the last word.</summary>
/// <param name="Tracker">"sampled", "exact" or "scheduler".</param>
/// <param name="Reason">Why this one, as a sentence fragment.</param>
public sealed record TrackerForecast(string Tracker, string Reason)
{
    /// <param name="hasLayout">The DWARF types gave a <see cref="TokioLayout"/>.</param>
    public static TrackerForecast Of(TokioModule module, PollSites sites, bool hasLayout, bool hasUprobes = true)
    {
        var tokio = module.Presence;
        if (hasLayout)
            return new("sampled", "layout from DWARF types");
        if (!hasUprobes)
            return new("scheduler", "no DWARF types, and the kernel has no uprobes to calibrate with");
        if (!tokio.HasTaskOffsets && sites.RunTask.Count == 0)
            return sites.RawPoll.Count > 0
                ? new("exact", $"run_task, through which Tokio {tokio.Version} could be calibrated, was not found")
                : new("scheduler", $"Tokio {tokio.Version} without symbols");
        if (module.Module.ThreadLocals is null)
            return sites.RawPoll.Count > 0
                ? new("exact", "there is no known way to the thread-locals of the library that has Tokio in it")
                : new("scheduler", "there is no known way to the thread-locals of the library that has Tokio in it, and no poll functions were found");
        if (sites.RunTask.Count > 0)
            return new("sampled", "layout calibrated through run_task");
        if (sites.RawPoll.Count > 0)
            return new("sampled", $"layout calibrated through poll functions, told by {sites.Origin}; exact if that cannot be proven");
        return new("scheduler", "stripped, and no task vtables were found");
    }
}
