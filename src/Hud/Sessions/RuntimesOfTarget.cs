using Hud.Analysis.Model;
using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Sessions;

/// <summary>The runtimes that the workers seen belong to.</summary>
internal static class RuntimesOfTarget
{
    public static RuntimeInfo[] List(IReadOnlyList<WorkerTotals> workers, IReadOnlyList<TokioModule> modules, IReadOnlyCollection<BlockingPoolTotals> pools) =>
    [
        .. workers.Where(w => w.IsWorker).GroupBy(w => (w.RuntimeId, w.RuntimeKind, w.Module)).OrderBy(g => g.Key)
            .Select(g => new RuntimeInfo(g.Key.RuntimeKind, g.Select(w => (w.Index, Thread: w.Index < 0 ? w.Tid : 0)).Distinct().Count())
            {
                BlockingPool = pools.FirstOrDefault(p => p.RuntimeId == g.Key.RuntimeId) is { } pool ? new BlockingPoolInfo(pool.Limit, pool.MaxBusy, pool.MaxQueued, pool.SaturatedNs) : null,
                Module = Of(g.Key.Module, modules)?.Name,
                TokioVersion = Of(g.Key.Module, modules)?.Presence.Version,
            }),
    ];

    /// <summary>Of the modules that workers were seen to run, or of all where none was.</summary>
    public static string? Version(IReadOnlyList<WorkerTotals> workers, IReadOnlyList<TokioModule> modules)
    {
        var seen = workers.Where(w => w.IsWorker && w.Module >= 0).Select(w => w.Module).ToHashSet();
        var versions = modules.Where((_, i) => seen.Count == 0 || seen.Contains(i)).Select(m => m.Presence.Version).OfType<string>().Distinct().ToArray();
        return versions.Length == 0 ? null : string.Join(", ", versions);
    }

    /// <summary>Null where there is only one, and where it is not known.</summary>
    public static TokioModule? Of(int index, IReadOnlyList<TokioModule> modules) => modules.Count > 1 && index >= 0 ? modules[index] : null;
}
