using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Reading;

/// <summary>What makes a wait on a worker thread's stack nobody's fault.</summary>
internal enum LegalSection
{
    None,
    BlockInPlace,
    BlockingPool,
    Parked,
    WorkerlessRoot,
}

/// <summary>What a named stack says, whatever the time on it was spent for. See <see cref="StackReader"/>.</summary>
/// <param name="Culprit">Never null.</param>
/// <param name="Call">What the culprit called; null when it is itself the innermost frame.</param>
/// <param name="CpuCall">The same where the time is CPU time: only calls that are work of their own.</param>
/// <param name="HasUserFrame">False: <paramref name="Culprit"/> is a dependency's or anybody's frame.</param>
/// <param name="InDrop">A value is being destroyed: nothing in there can await.</param>
internal sealed record StackReading(
    Frame Culprit,
    Frame? Call,
    Frame? CpuCall,
    bool HasUserFrame,
    string? TaskType,
    LegalSection Legal,
    bool InDrop,
    WaitPlace Place);
