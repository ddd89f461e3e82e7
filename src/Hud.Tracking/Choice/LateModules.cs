using Hud.Target;
using Hud.Tracking.Kernel;
using Hud.Tracking.Sampled;

namespace Hud.Tracking.Choice;

/// <summary>
/// Libraries with Tokio in them that the process loads while it is watched, such as plugins. A runtime of theirs starts threads,
/// so the memory map is read anew only where some have started.
/// </summary>
internal sealed class LateModules(ProcessModules modules, ThreadDirectory threads)
{
    private const long EveryNs = 2_000_000_000;

    private readonly HashSet<LoadedModule> _known = [.. modules.Modules];
    private long _lookedNs = MonotonicClock.NowNs, _started = threads.Started;

    /// <summary>Those that have come since the last look.</summary>
    public IReadOnlyList<TokioModule> Look(long nowNs)
    {
        if (threads.Started == _started || nowNs - _lookedNs < EveryNs)
            return [];
        (_lookedNs, _started) = (nowNs, threads.Started);
        modules.Refresh();
        return TokioModule.FindAmong([.. modules.Modules.Where(_known.Add)]);
    }
}
