using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Rules;

/// <summary>What a rule may look at: one stack with its system call.</summary>
internal sealed class Evidence
{
    /// <summary>Time asleep, as opposed to time on the CPU.</summary>
    public required bool Asleep { get; init; }

    /// <summary>Name of the system call; null outside one.</summary>
    public string? Syscall { get; init; }

    public bool InSyscall { get; init; }
    public int SyscallNumber { get; init; } = -1;
    public IReadOnlyList<ulong> Args { get; init; } = [];
    public FileKind FileKind { get; init; }

    /// <summary>Path or peer, as the kernel had it.</summary>
    public string? Object { get; init; }

    /// <summary>Kernel functions, innermost first.</summary>
    public required IReadOnlyList<Frame> Kernel { get; init; }

    /// <summary>The user's frames, innermost first.</summary>
    public required IReadOnlyList<Frame> User { get; init; }

    public static Evidence From(StackEvent stack, IReadOnlyList<Frame> frames, bool asleep, Func<int, string?> syscallName)
    {
        var kernel = 0;
        while (kernel < frames.Count && frames[kernel].Kind == FrameKind.Kernel) kernel++;

        // A sample taken in user mode still shows the number of the last system call on some kernels: without a kernel stack it is none.
        var inSyscall = stack.Syscall >= 0 && (asleep || stack.KernelStack.Length > 0);
        return new Evidence
        {
            Asleep = asleep,
            InSyscall = inSyscall,
            SyscallNumber = inSyscall ? stack.Syscall : -1,
            Syscall = inSyscall ? syscallName(stack.Syscall) : null,
            Args = stack.SyscallArgs,
            FileKind = stack.FileKind,
            Object = stack.Detail,
            Kernel = [.. frames.Take(kernel)],
            User = [.. frames.Skip(kernel)],
        };
    }

    public ulong Arg(int index) => index < Args.Count ? Args[index] : 0;

    public bool KernelHas(params ReadOnlySpan<string> functions)
    {
        foreach (var frame in Kernel)
        {
            foreach (var function in functions)
            {
                if (frame.Function == function) return true;
            }
        }
        return false;
    }

    public bool KernelHasPrefix(params ReadOnlySpan<string> prefixes)
    {
        foreach (var frame in Kernel)
        {
            foreach (var prefix in prefixes)
            {
                if (frame.Function.StartsWith(prefix, StringComparison.Ordinal)) return true;
            }
        }
        return false;
    }

    /// <summary>The system call's name, or its number where nothing names it.</summary>
    public string Call => Syscall ?? (SyscallNumber >= 0 ? "system call " + SyscallNumber.ToString(System.Globalization.CultureInfo.InvariantCulture) : "kernel");
}
