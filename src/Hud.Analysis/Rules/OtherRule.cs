using System.Collections.Frozen;
using Hud.Analysis.Model;

namespace Hud.Analysis.Rules;

/// <summary>Every other system call, named; and sleeps outside any call, named after the kernel code they sleep in.</summary>
internal sealed class OtherRule : ICauseRule
{
    /// <summary>How the kernel sleeps, as opposed to why.</summary>
    private static readonly FrozenSet<string> Plumbing = FrozenSet.ToFrozenSet(
        ["__schedule", "schedule", "preempt_schedule", "preempt_schedule_common", "preempt_schedule_irq", "schedule_timeout", "schedule_preempt_disabled", "io_schedule",
         "io_schedule_timeout", "schedule_hrtimeout_range", "schedule_hrtimeout_range_clock", "do_syscall_64", "entry_SYSCALL_64_after_hwframe", "x64_sys_call",
         "ret_from_fork", "ret_from_fork_asm", "exit_to_user_mode_loop", "exit_to_user_mode_prepare", "syscall_exit_to_user_mode", "irqentry_exit", "irqentry_exit_to_user_mode",
         "el0_svc", "el0t_64_sync_handler", "el0t_64_sync", "invoke_syscall", "do_el0_svc", "bit_wait", "__wait_on_bit", "wait_for_completion", "__wait_for_common"]);

    private static readonly FrozenSet<string> Memory = FrozenSet.ToFrozenSet(
        ["mmap", "munmap", "mremap", "madvise", "mprotect", "brk", "mlock", "mlock2", "munlock", "mlockall", "process_madvise", "mbind"]);

    public CauseVerdict? Check(Evidence evidence)
    {
        if (evidence.InSyscall) return evidence.Asleep || Counts(evidence) ? new CauseVerdict(Causes.Other, Describe(evidence)) : null;
        if (!evidence.Asleep) return null;
        if (evidence.KernelHas("mem_cgroup_handle_over_high", "__mem_cgroup_handle_over_high")) return new CauseVerdict(Causes.Other, "throttled by the memory cgroup");
        if (evidence.KernelHas("do_freezer_trap", "__refrigerator")) return new CauseVerdict(Causes.Other, "frozen by the freezer cgroup");
        if (evidence.KernelHas("do_signal_stop", "ptrace_stop", "do_jobctl_trap")) return new CauseVerdict(Causes.Other, "stopped by a signal or a debugger");
        foreach (var frame in evidence.Kernel)
        {
            if (!Plumbing.Contains(frame.Function)) return new CauseVerdict(Causes.Other, "kernel: " + frame.Function);
        }
        return new CauseVerdict(Causes.Other, null);
    }

    /// <summary>CPU time in a call whose work is the kernel's. Cheap calls (a clock read, a futex wake) are part of the code that makes them.</summary>
    private static bool Counts(Evidence evidence) =>
        evidence.Syscall is { } call && (Memory.Contains(call) || call is "getrandom" or "io_uring_enter" or "membarrier" or "clone" or "clone3" or "bpf" or "perf_event_open");

    private static string Describe(Evidence evidence) => evidence.Object is { Length: > 0 } what ? $"{evidence.Call} {what}" : evidence.Call;
}
