using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>Time of a poll on one stack, before it is weighed against the poll's totals.</summary>
/// <param name="Ns">Asleep and RunQueue: duration as observed. Else 0.</param>
/// <param name="Samples">How many stacks were merged into this part.</param>
internal readonly record struct StackPart(StackEntry Stack, StackKind Kind, bool Asleep, string Cause, string? Detail, long Ns, int Samples);

/// <summary>A poll with everything known about it; enough to judge it again under another threshold.</summary>
internal sealed class ObservedPoll(PollEvent poll, IReadOnlyList<StackPart> parts, IReadOnlyList<Frame> holders)
{
    public PollEvent Poll { get; } = poll;
    public IReadOnlyList<StackPart> Parts { get; } = parts;

    /// <summary>Culprit frames of the threads that ended its waits.</summary>
    public IReadOnlyList<Frame> Holders { get; } = holders;
    public long OwnNs => Poll.OnCpuNs + Poll.AsleepNs;
    public long WallNs => Poll.EndNs - Poll.StartNs;

    /// <summary>The judgement in force; null while the poll counts as nothing.</summary>
    public Finding? Finding { get; set; }
}
