using System.Collections.Frozen;
using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Rules;

/// <summary>Pipes, FIFOs and terminals.</summary>
internal sealed class PipeRule : ICauseRule
{
    private static readonly FrozenSet<string> OnDescriptor = FrozenSet.ToFrozenSet(
        ["read", "write", "readv", "writev", "preadv2", "pwritev2", "splice", "tee", "vmsplice", "sendfile", "close", "ioctl", "fcntl", "open", "openat"]);

    public CauseVerdict? Check(Evidence evidence)
    {
        if (!evidence.InSyscall) return null;
        if (evidence.KernelHas("pipe_read", "pipe_write", "anon_pipe_read", "anon_pipe_write", "fifo_open", "wait_for_partner", "pipe_wait_readable", "pipe_wait_writable")
            || evidence.KernelHasPrefix("n_tty_", "tty_", "file_tty_"))
        {
            return Found(evidence);
        }
        if (evidence.Syscall is not { } call || !OnDescriptor.Contains(call)) return null;
        return evidence.FileKind switch
        {
            FileKind.Fifo => Found(evidence),
            FileKind.CharDevice when IsTerminal(evidence.Object) => Found(evidence),
            _ => null,
        };
    }

    private static bool IsTerminal(string? path) =>
        path is not null
        && (path.Contains("/pts/", StringComparison.Ordinal) || path.StartsWith("/dev/tty", StringComparison.Ordinal)
            || path.StartsWith("/dev/console", StringComparison.Ordinal) || path.StartsWith("/dev/ptmx", StringComparison.Ordinal));

    private static CauseVerdict Found(Evidence evidence)
    {
        var stream = evidence.Syscall is "write" or "writev" ? evidence.Arg(0) switch { 1 => " (standard output)", 2 => " (standard error)", _ => "" } : "";
        return new CauseVerdict(Causes.Pipe, Details.OfDescriptor(evidence) + stream);
    }
}
