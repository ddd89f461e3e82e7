using Hud.Symbols.Unwind;
using Hud.Target;

namespace Hud.Tracking.Calibration;

/// <summary>
/// In a program without symbols, <c>run_task</c> is among the functions that call tasks' poll functions: the frame
/// description entry that covers the return address begins where the function begins.
/// </summary>
internal static class CallerFinder
{
    private const int Enough = 3;

    /// <summary>File offsets of the functions that were seen calling, most frequent first.</summary>
    public static IReadOnlyList<ulong> Find(LoadedModule module, CfiTable cfi, IReadOnlyDictionary<ulong, int> returnAddresses)
    {
        var starts = new Dictionary<ulong, int>();
        foreach (var (address, count) in returnAddresses)
        {
            if (cfi.TryFindFunction(module.ToImageAddress(address) - 1, out var start, out _))
                starts[start] = starts.GetValueOrDefault(start) + count;
        }
        return starts
            .Where(s => s.Value >= Enough)
            .OrderByDescending(s => s.Value)
            .Select(s => module.Image.TryGetFileOffset(s.Key, out var offset) ? offset : 0)
            .Where(offset => offset != 0)
            .ToList();
    }
}
