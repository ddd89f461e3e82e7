using Hud.Analysis.Model;
using Hud.Commands;
using Hud.Sessions;
using Hud.Target;

namespace Hud.Agent;

/// <summary>Finds the Tokio processes of the host every few seconds, watches the new ones and drops those that are gone.</summary>
/// <param name="settings">Of every session; the process id is filled in.</param>
/// <param name="only">Texts of which a name or command line has to contain one; empty: every process.</param>
/// <param name="most">Processes watched at once.</param>
internal sealed class HostWatch(SessionSettings settings, IReadOnlyList<string> only, int most) : IDisposable
{
    private readonly TokioProcesses _processes = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<int, WatchedProcess> _watched = [];
    private readonly HashSet<int> _refused = [];
    private bool _full;

    /// <summary>Processes that are watched, that could not be, and that were too many.</summary>
    public (int Watched, int Refused, int LeftOut) Counts { get; private set; }

    /// <summary>One look at the host. For one thread.</summary>
    public void Update()
    {
        var found = _processes.Find().Where(IsWanted).ToList();
        DropEnded();
        _refused.IntersectWith(found.Select(p => p.Pid));
        var leftOut = 0;
        foreach (var process in found)
        {
            if (_refused.Contains(process.Pid) || _watched.ContainsKey(process.Pid)) continue;
            if (_watched.Count >= most) leftOut++;
            else Watch(process);
        }
        if (leftOut > 0 && !_full) Output.Progress($"watching {most} Tokio {(most == 1 ? "process" : "processes")} at once and leaving out {leftOut}; raise --max-processes");
        _full = leftOut > 0;
        Counts = (_watched.Count, _refused.Count, leftOut);
    }

    /// <summary>The reports of all sessions, by pid. For any thread.</summary>
    public IReadOnlyList<Report> Reports()
    {
        WatchedProcess[] watched;
        lock (_lock) watched = [.. _watched.Values];
        return [.. watched.Select(w => w.Snapshot()).OfType<Report>().OrderBy(r => r.Target.Pid)];
    }

    public void Dispose()
    {
        foreach (var watched in _watched.Values) watched.Stop();
        foreach (var watched in _watched.Values) watched.Dispose();
    }

    private bool IsWanted(TokioProcess process) => only.Count == 0
        || only.Any(text => process.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || process.CommandLine.Contains(text, StringComparison.Ordinal));

    private void Watch(TokioProcess process)
    {
        Output.Progress($"watching {Name(process)}");
        lock (_lock) _watched.Add(process.Pid, new WatchedProcess(process, settings));
    }

    private void DropEnded()
    {
        foreach (var (pid, watched) in _watched.Where(w => w.Value.HasEnded).ToArray())
        {
            lock (_lock) _watched.Remove(pid);
            if (watched.Problem is not null) _refused.Add(pid);
            Output.Progress(watched.Problem is null ? $"{Name(watched.Process)} has ended" : $"{Name(watched.Process)} is not watched: {watched.Problem}");
            watched.Dispose();
        }
    }

    /// <summary>A process chooses its name freely; none of it may reach the terminal as a control sequence.</summary>
    private static string Name(TokioProcess process) => $"{Reporting.NameText.Clean(process.Name, 60)} ({process.Pid})";
}
