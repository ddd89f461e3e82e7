using System.Collections.Frozen;
using System.Globalization;
using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Rules;

/// <summary>Starting a child or waiting for it, the pipes of that included.</summary>
internal sealed class ProcessRule : ICauseRule
{
    private const ulong CloneThread = 0x10000;

    private static readonly FrozenSet<string> Syscalls = FrozenSet.ToFrozenSet(
        ["fork", "vfork", "execve", "execveat", "wait4", "waitid", "waitpid", "pidfd_open", "pidfd_send_signal"]);

    private static readonly FrozenSet<string> Functions = FrozenSet.ToFrozenSet(
        ["fork", "vfork", "posix_spawn", "posix_spawnp", "spawni", "spawnix", "waitpid", "wait4", "waitid", "wait", "popen", "pclose", "system", "do_system", "execve", "execvpe", "execvp"]);

    private static readonly string[] RustPaths = ["std::process::", "std::sys::process::", "std::sys::pal::unix::process::", "std::sys::unix::process::", "std::os::unix::process::"];

    public CauseVerdict? Check(Evidence evidence)
    {
        if (evidence.Syscall is { } call)
        {
            if (call is "wait4" or "waitid" or "waitpid") return new CauseVerdict(Causes.Process, WaitDetail(evidence, call));
            if (Syscalls.Contains(call)) return new CauseVerdict(Causes.Process, Details.OfPath(evidence));

            // Both outputs of a child at a time: what Command::output does, where its own frames are inlined away.
            if (call is "poll" or "ppoll" && evidence.FileKind == FileKind.Fifo && evidence.Arg(1) >= 2) return new CauseVerdict(Causes.Process, call + " of a child's pipes");
            if (call is "clone" && (evidence.Arg(0) & CloneThread) == 0) return new CauseVerdict(Causes.Process, call);
        }
        if (evidence.KernelHas("do_wait", "wait_for_vfork_done", "kernel_waitid") || (evidence.Asleep && evidence.KernelHas("kernel_clone") && evidence.KernelHasPrefix("wait_for_completion")))
        {
            return new CauseVerdict(Causes.Process, evidence.Call);
        }

        if (IsBothPipes(evidence)) return new CauseVerdict(Causes.Process, evidence.Call + " (child process)");

        foreach (var frame in evidence.User)
        {
            if (!IsProcessFunction(frame)) continue;

            // Preparing a Command (arguments, environment) is ordinary CPU work; only what the kernel does for it is the child's.
            if (!evidence.Asleep && !evidence.InSyscall) return null;
            return new CauseVerdict(Causes.Process, evidence.FileKind == FileKind.Fifo ? evidence.Call + " pipe of the child" : evidence.Call + " (child process)");
        }
        return null;
    }

    /// <summary>
    /// <c>Command::output</c> waits for two pipes without a time limit. Where the linker's optimizer has inlined all of std, that
    /// poll, called from the user's own frame, is what remains of it.
    /// </summary>
    private static bool IsBothPipes(Evidence evidence) =>
        evidence.Asleep && evidence.Syscall == "poll" && evidence.Arg(1) == 2 && (int)evidence.Arg(2) == -1
        && evidence.User.FirstOrDefault(f => f.Kind != FrameKind.Libc)?.Kind == FrameKind.User;

    private static bool IsProcessFunction(Frame frame)
    {
        if (frame.Kind is FrameKind.Libc) return Functions.Contains(frame.Function.TrimStart('_')) || frame.Function.StartsWith("__spawn", StringComparison.Ordinal);
        if (frame.Kind is not FrameKind.Std) return false;
        if (frame.Function.Contains("process::exit", StringComparison.Ordinal) || frame.Function.Contains("process::id", StringComparison.Ordinal)) return false;
        foreach (var path in RustPaths)
        {
            if (frame.Function.Contains(path, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static string WaitDetail(Evidence evidence, string call)
    {
        var id = (int)evidence.Arg(call == "waitid" ? 1 : 0);
        return id > 0 ? $"{call} pid {id.ToString(CultureInfo.InvariantCulture)}" : call;
    }
}
