using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Tracking.Exact;

/// <summary>The modules whose poll functions are probed at present, one as a rule.</summary>
internal sealed class ProbedModules(ProcessModules modules)
{
    private readonly List<(PollFunctions Functions, PollProbes Probes, UnderwayPolls Underway)> _probed = [];

    public bool Any => _probed.Count > 0;

    public bool Has(int index) => _probed.Exists(p => p.Functions.Index == index);

    public bool SeeWakes => _probed.Exists(p => p.Probes.SeesWakes);

    public void Add(PollFunctions functions, PollProbes probes, UnderwayPolls underway) => _probed.Add((functions, probes, underway));

    public void Remove(int index) => _probed.RemoveAll(p => p.Functions.Index == index);

    /// <summary>Tasks are polled by the code of their own module.</summary>
    public void OnCaller(ulong returnAddress)
    {
        if (_probed.Count == 0)
            return;
        var caller = _probed.Count > 1 && modules.TryFind(returnAddress, out LoadedModule? module) ? module : null;
        var at = Math.Max(0, _probed.FindIndex(p => ReferenceEquals(p.Functions.Module, caller)));
        _probed[at].Probes.OnCaller(returnAddress);
    }

    public void OnSnapshot(StackEvent stack)
    {
        foreach (var (_, _, underway) in _probed)
            underway.OnSnapshot(stack);
    }

    public void Update(long nowNs)
    {
        foreach (var (_, _, underway) in _probed)
            underway.Update(nowNs);
    }
}
