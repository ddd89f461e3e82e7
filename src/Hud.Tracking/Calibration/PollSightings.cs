using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Probes on tasks' poll functions. Each function polls the tasks of one kind of scheduler, so that those which are of no use
/// are soon let go of; those that nobody has called yet cost nothing.
/// </summary>
internal sealed class PollSightings(TargetProcess target, LoadedModule module, PollSites sites, BpfObject bpf, bool hasMulti) : IDisposable
{
    /// <summary>The kernel stops threads for a moment to change probes.</summary>
    private const long LeastGapNs = 100_000_000;

    private readonly HashSet<int> _dropped = [];
    private readonly HashSet<int> _called = [];
    private readonly Dictionary<int, Uprobes> _each = [];
    private Uprobes? _probes;
    private long _attachedNs;
    private bool _isStale = true;

    /// <summary>Some function was called.</summary>
    public bool HasCalls => _called.Count > 0;

    /// <summary>Not to be put in again yet.</summary>
    public bool HaveJustChanged => MonotonicClock.NowNs - _attachedNs < LeastGapNs;

    /// <summary>The function's polls tell nothing more.</summary>
    public void Drop(int site) => _isStale |= _dropped.Add(site);

    /// <summary>The function is called: its probe costs something.</summary>
    public void Called(int site) => _called.Add(site);

    /// <summary>Puts the probes where they are wanted; false, with the error, when the kernel refuses.</summary>
    public bool Update(bool resting, out int error)
    {
        error = 0;
        if (resting)
        {
            _isStale |= _probes is not null;
            _probes?.DisposeInBackground();
            _probes = null;
            _isStale |= Remove(_called);
            return true;
        }
        if (!_isStale || HaveJustChanged)
            return true;
        (_isStale, _attachedNs) = (false, MonotonicClock.NowNs);
        var wanted = Enumerable.Range(0, sites.RawPoll.Count).Where(i => !_dropped.Contains(i)).ToArray();
        if (!hasMulti)
            return UpdateEach(wanted, out error);
        var before = _probes;
        _probes = null;
        if (wanted.Length > 0)
        {
            var offsets = Array.ConvertAll(wanted, i => sites.RawPoll[i].FileOffset);
            _probes = Uprobes.TryAttachMulti(Program, module.OpenPath, offsets, Array.ConvertAll(wanted, i => (ulong)i), target.Pid, atReturn: false, out error);
        }
        before?.DisposeInBackground();
        return error == 0;
    }

    public void Dispose()
    {
        _probes?.DisposeInBackground();
        _probes = null;
        Uprobes.DisposeInBackground(_each.Values);
        _each.Clear();
    }

    private bool Remove(HashSet<int> sites)
    {
        var removed = _each.Keys.Where(sites.Contains).ToArray();
        Uprobes.DisposeInBackground(removed.Select(s => _each[s]));
        Array.ForEach(removed, s => _each.Remove(s));
        return removed.Length > 0;
    }

    private int Program => LibBpf.ProgramFd(bpf.Program("on_task_poll"));

    /// <summary>The kernel takes each probe out by itself, some 25 ms: those that are still wanted stay, and at rest those that nobody has called.</summary>
    private bool UpdateEach(int[] wanted, out int error)
    {
        error = 0;
        _ = Remove(_dropped);
        foreach (var site in wanted.Where(s => !_each.ContainsKey(s)))
        {
            if (Uprobes.TryAttachOne(Program, module.OpenPath, sites.RawPoll[site].FileOffset, (ulong)site, target.Pid, out error) is not { } probe)
                return false;
            _each.Add(site, probe);
        }
        return true;
    }
}
