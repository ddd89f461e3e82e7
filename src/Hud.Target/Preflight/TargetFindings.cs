using Hud.Symbols;

namespace Hud.Target;

/// <summary>Judges a target: what its files allow hud to find.</summary>
internal static class TargetFindings
{
    public static IReadOnlyList<Finding> Judge(ProcessModules modules, bool hasUprobes)
    {
        var findings = new List<Finding> { Program(modules) };
        if (TokioModule.FindAll(modules) is not { Count: > 0 } all)
        {
            findings.Add(new("Tokio", FindingStatus.Missing, "no Tokio 1.x in the program or its libraries", "`hud ps` lists the Tokio processes of this host"));
            return findings;
        }

        var tokio = all[0];
        var module = tokio.Module;
        var sites = PollSites.Find(module);
        findings.AddRange(all.Select(Tokio));
        findings.Add(Symbols(module));
        findings.Add(Lines(module, sites));
        findings.Add(Unwinding(module));
        findings.Add(PollFunctions(sites));
        findings.AddRange(module.DebugProblems.Select(p => new Finding("debug file", FindingStatus.Warning, p)));
        findings.AddRange(modules.Problems.Select(p => new Finding("module", FindingStatus.Warning, p)));
        findings.Add(Tracker(TrackerForecast.Of(tokio, sites, LayoutFromDwarf.TryRead(module, out _) is not null, hasUprobes)));
        return findings;
    }

    private static Finding Program(ProcessModules modules)
    {
        var main = modules.MainModule;
        var text = $"{modules.Process.Pid} {modules.Process.Name}: {main.Path}, build id {main.BuildId ?? "none"}";
        return main.IsDeleted
            ? new("program", FindingStatus.Warning, text + ", replaced or deleted since it started", "hud reads the file that runs; restart the program to watch the new one")
            : new("program", FindingStatus.Ok, text);
    }

    private static Finding Tokio(TokioModule tokio) => new(
        "Tokio",
        FindingStatus.Ok,
        (tokio.Presence.Version ?? "version unknown") + (tokio.Module.IsMain ? "" : $" in {tokio.Module.Path}") + $", told by its {tokio.Presence.Evidence}");

    private static Finding Symbols(LoadedModule module) =>
        module.SymbolImage.Symbols.Count > 0
            ? new("symbols", FindingStatus.Ok, $"{module.SymbolImage.Symbols.Count} in {module.DebugPath ?? module.Path}")
            : new("symbols", FindingStatus.Warning, "stripped: the program's own functions stay unnamed",
                "build with strip = false in [profile.release], or give the unstripped file with --symbols");

    /// <summary>The standard library may bring DWARF of its own: what counts is whether Tokio's functions have lines.</summary>
    private static Finding Lines(LoadedModule module, PollSites sites)
    {
        var frames = new List<SourceFrame>();
        if (sites.RunTask.Concat(sites.RawPoll).FirstOrDefault() is { Address: > 0 } site)
            module.Symbolizer.Lookup(site.Address, frames);
        return frames.Exists(f => f.File is not null)
            ? new("file and line", FindingStatus.Ok, $"DWARF in {(module.Image.HasDebugInfo ? module.Path : module.DebugPath)}")
            : new("file and line", FindingStatus.Warning, "no DWARF: functions without file, line and inlined calls",
                "build with debug = \"line-tables-only\" in [profile.release]; it costs nothing at run time");
    }

    private static Finding Unwinding(LoadedModule module) =>
        module.Cfi is not null
            ? new("unwind tables", FindingStatus.Ok, ".eh_frame")
            : new("unwind tables", FindingStatus.Warning, "no .eh_frame: stacks are as good as the program's frame pointers",
                "build with -C force-unwind-tables=yes");

    private static Finding PollFunctions(PollSites sites) =>
        sites.IsEmpty
            ? new("poll functions", FindingStatus.Warning, "none found")
            : new("poll functions", FindingStatus.Ok,
                $"{sites.RawPoll.Count} by {sites.Origin}" + (sites.RunTask.Count > 0 ? ", and run_task" : "") + $"; {sites.Vtables.Count} task vtables");

    private static Finding Tracker(TrackerForecast forecast) =>
        forecast.Tracker == "scheduler"
            ? new("tracker", FindingStatus.Warning, $"scheduler: {forecast.Reason}", "polls are guessed from system calls and run-queue delays; symbols or DWARF types give the sampled tracker")
            : new("tracker", FindingStatus.Ok, $"{forecast.Tracker}: {forecast.Reason}");
}
