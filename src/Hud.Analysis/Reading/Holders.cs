using Hud.Analysis.Model;
using Hud.Symbols.Naming;

namespace Hud.Analysis.Reading;

/// <summary>Who held what another thread waited for, from the stack of the thread that ended the wait.</summary>
internal static class Holders
{
    /// <summary>Crates that locks and channels are made of: they say how the wait ended, not who ended it.</summary>
    private static readonly HashSet<string> LockCrates = new(StringComparer.Ordinal)
    {
        "parking_lot", "parking_lot_core", "lock_api", "dashmap", "spin", "once_cell", "crossbeam_utils", "crossbeam_channel", "flume",
        "futures_task", "futures_channel", "futures_executor",
    };

    /// <summary>The code around the unlock; where it was inlined away, the task it belongs to, and else what is left.</summary>
    /// <param name="frames">The stack of the thread that ended the wait.</param>
    /// <param name="reading">What it says.</param>
    public static Frame Of(IReadOnlyList<Frame> frames, StackReading reading)
    {
        if (reading.HasUserFrame || !IsOfLock(reading.Culprit)) return reading.Culprit;
        if (reading.TaskType is { } task) return reading.Culprit with { Function = task, File = null, Line = null };
        var others = frames.Where(f => !IsOfLock(f)).ToList();
        return others.Exists(f => f.Kind is not (FrameKind.Kernel or FrameKind.Libc)) ? StackReader.Read(others).Culprit : reading.Culprit;
    }

    private static bool IsOfLock(Frame frame) =>
        frame.Kind == FrameKind.Dependency && FunctionPath.CrateOf(frame.Function) is { } crate && LockCrates.Contains(crate);
}
