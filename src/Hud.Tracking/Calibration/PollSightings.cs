using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Calibration;

/// <summary>
/// Probes on tasks' poll functions. Each function polls the tasks of one kind of scheduler, so that those which are of no use
/// are soon let go of; those that nobody has called yet cost nothing.
/// </summary>
internal sealed class PollSightings(TargetProcess target, LoadedModule module, PollSites sites, BpfObject bpf) : IDisposable
{
    /// <summary>The kernel stops threads for a moment to change probes.</summary>
    private const long LeastGapNs = 100_000_000;

    private readonly HashSet<int> _dropped = [];
    private Uprobes? _probes;
    private long _attachedNs;
    private bool _isStale = true;

    /// <summary>Not to be put in again yet.</summary>
    public bool HaveJustChanged => MonotonicClock.NowNs - _attachedNs < LeastGapNs;

    /// <summary>The function's polls tell nothing more.</summary>
    public void Drop(int site) => _isStale |= _dropped.Add(site);

    /// <summary>Puts the probes where they are wanted; false, with the error, when the kernel refuses.</summary>
    public bool Update(bool resting, out int error)
    {
        error = 0;
        if (resting)
        {
            _isStale |= _probes is not null;
            Dispose();
            return true;
        }
        if (!_isStale || HaveJustChanged)
            return true;
        var before = _probes;
        (_isStale, _attachedNs, _probes) = (false, MonotonicClock.NowNs, null);
        var wanted = Enumerable.Range(0, sites.RawPoll.Count).Where(i => !_dropped.Contains(i)).ToArray();
        if (wanted.Length > 0)
        {
            var program = LibBpf.ProgramFd(bpf.Program("on_task_poll"));
            var offsets = Array.ConvertAll(wanted, i => sites.RawPoll[i].FileOffset);
            _probes = Uprobes.TryAttachMulti(program, module.OpenPath, offsets, Array.ConvertAll(wanted, i => (ulong)i), target.Pid, atReturn: false, out error);
        }
        before?.DisposeInBackground();
        return error == 0;
    }

    public void Dispose()
    {
        _probes?.DisposeInBackground();
        _probes = null;
    }
}
