using Hud.Analysis.Model;

namespace Hud.Analysis.Session;

/// <summary>What groups polls: names, not lines or addresses, so that it is the same in the next session.</summary>
internal readonly record struct GroupKey(string Culprit, string? Call, string Cause);

/// <summary>A poll that counts, judged: whom it is put down to and how its time is spread. The weights add up to <see cref="Ns"/>.</summary>
internal sealed record Finding
{
    public required GroupKey Key { get; init; }
    public required bool Starved { get; init; }
    public required Frame Culprit { get; init; }
    public Frame? Call { get; init; }
    public string? TaskType { get; init; }
    public string? Detail { get; init; }

    /// <summary>Own time of a blocker, wall time of a starved poll.</summary>
    public required long Ns { get; init; }
    public required IReadOnlyList<(StackEntry Stack, long Ns)> Weights { get; init; }
    public required IReadOnlyList<(string Cause, long Ns)> Causes { get; init; }

    /// <summary>The culprit lies beyond the end of every stack that was seen.</summary>
    public bool Provisional { get; init; }

    /// <summary>Most of the time that the accusation rests on was spent in a drop.</summary>
    public bool InDrop { get; init; }
    public PollRecord? Record { get; set; }
}
