using System.Diagnostics.CodeAnalysis;
using Hud.Target;

namespace Hud.Tracking.Calibration;

/// <summary>What can be proven so far.</summary>
/// <param name="Layout">Null while one of its required numbers is not proven.</param>
/// <param name="Missing">What is not proven and why; null when all is.</param>
/// <param name="IdsAlone">All is proven but where task ids are.</param>
internal sealed record Solution(SchedulerLayout? Layout, string? Missing, bool IdsAlone = false)
{
    /// <summary>The task id is part of the layout, where there is one, and what tells workers and runtimes apart.</summary>
    [MemberNotNullWhen(true, nameof(Layout))]
    public bool IsComplete => Missing is null && Layout is { OwnerIndex: not null };
}

/// <summary>
/// Derives where Tokio keeps its state from memory around calls of <c>run_task</c>, without knowing its version. Pure:
/// the same snapshots give the same answer. A number counts as proven when one place alone fits every snapshot that has
/// to fit, and enough different values were among them.
/// </summary>
internal static class LayoutSolver
{
    public static Solution Solve(IReadOnlyList<Snapshot> snapshots, SchedulerTraits traits)
    {
        var calls = snapshots.Where(s => s.IsCall).ToList();
        if (calls.Count == 0)
            return new Solution(null, "no worker has run a task yet");
        var moments = snapshots.Where(s => !s.IsCall).ToList();

        var scheduler = SchedulerSolver.Solve(calls);
        if (scheduler.Value is { } place)
        {
            // A worker that left its loop, at shutdown or in block_in_place, has other things where the context was.
            moments.RemoveAll(m => !place.Holds(m));
        }
        var tick = CoreSolver.Tick(calls, traits.TickSize);
        var contextCore = CoreSolver.InContext(calls, moments);
        if (!scheduler.Holds || !tick.Holds || !contextCore.Holds)
            return new Solution(null, scheduler.Missing ?? tick.Missing ?? contextCore.Missing);
        var park = CoreSolver.Park(calls, moments, contextCore.Value!.Value);
        if (!park.Holds)
            return new Solution(null, park.Missing);

        var (core, parker) = (contextCore.Value.Value, new ParkerNiche(park.Value!.Value, 8, 0));
        Proof<TaskIdPlace>? taskId = traits.HasTaskIds
            ? TaskIdSolver.Solve(calls, moments.Where(m => m.ContextWord(core) == m.Core && !m.IsParked(parker)).ToList())
            : null;
        var owner = OwnerSolver.Solve(calls);
        return new Solution(
            new SchedulerLayout
            {
                SchedulerTls = scheduler.Value!.Value.Tls,
                ToContext = scheduler.Value.Value.ToContext,
                Tag = scheduler.Value.Value.Tag is { } tag ? new SchedulerTag(0, 8, tag) : null,
                ContextCore = core,
                CoreTick = tick.Value!.Value,
                TickSize = traits.TickSize,
                Parker = parker,
                CurrentTaskIdTls = taskId?.Value?.Value,
                CurrentTaskIdTagTls = taskId?.Value?.Tag,
                ContextOwner = owner?.Context,
                OwnerIndex = owner?.Index,
                OwnerHandle = owner?.Handle,
            },
            taskId?.Missing,
            IdsAlone: taskId is { Holds: false });
    }
}
