using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Tracking.Sampled;

/// <summary>
/// Polls that hud itself held up: while probes are being removed, a thread that runs into one sleeps in the kernel's
/// handling of it. Such waits are outside a system call and have that handling on their kernel stack.
/// </summary>
internal sealed class ProbeDisturbance
{
    private const int Kept = 64;

    private readonly KernelSymbols _symbols = new();
    private readonly Dictionary<PollKey, long> _waits = [];

    public void OnStack(StackEvent stack)
    {
        if (stack is not { Kind: StackKind.Asleep, Syscall: < 0 } || !Array.Exists(stack.KernelStack, IsProbe))
            return;
        if (_waits.Count >= Kept)
            _waits.Clear();
        _waits[stack.Poll] = _waits.GetValueOrDefault(stack.Poll) + stack.DurationNs;
    }

    /// <summary>Without the wait for the probe the poll would be much shorter.</summary>
    public bool Caused(PollEvent poll) =>
        _waits.Remove(poll.Key, out var waited) && waited * 2 > poll.OnCpuNs + poll.AsleepNs;

    private bool IsProbe(ulong address) =>
        _symbols.Name(address) is { } name && (name.Contains("uprobe", StringComparison.Ordinal) || name.Contains("handle_swbp", StringComparison.Ordinal));
}
