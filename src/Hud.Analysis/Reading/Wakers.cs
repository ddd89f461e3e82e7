using Hud.Analysis.Model;

namespace Hud.Analysis.Reading;

/// <summary>What a kernel stack says about sleeping and waking.</summary>
internal static class Wakers
{
    /// <summary>
    /// True when the thread on this stack ended a futex wait by its own doing (an unlock, a notify, a send). A time-out and
    /// an I/O completion arrive in an interrupt and show whoever happened to run.
    /// </summary>
    /// <param name="frames">The waker's stack.</param>
    /// <param name="syscall">The system call it is in; null outside one.</param>
    public static bool IsHolder(IReadOnlyList<Frame> frames, string? syscall)
    {
        var futex = false;
        var kernel = 0;
        foreach (var frame in frames)
        {
            if (frame.Kind != FrameKind.Kernel) break;
            kernel++;
            var name = frame.Function;
            if (name.StartsWith("asm_sysvec", StringComparison.Ordinal) || name.StartsWith("asm_common_interrupt", StringComparison.Ordinal)
                || name.StartsWith("__irq", StringComparison.Ordinal) || name.StartsWith("irq_exit", StringComparison.Ordinal)
                || name.StartsWith("hrtimer_", StringComparison.Ordinal) || name.StartsWith("__hrtimer_", StringComparison.Ordinal) || name.StartsWith("__do_softirq", StringComparison.Ordinal) || name.StartsWith("handle_softirqs", StringComparison.Ordinal))
            {
                return false;
            }
            if (name.Contains("futex", StringComparison.Ordinal) || name is "wake_up_q") futex = true;
        }
        // Without the kernel's frames, or names for them, the system call has to do.
        return futex || ((kernel == 0 || Unnamed(frames[0])) && syscall is "futex" or "futex_wake" or "exit" or "exit_group");
    }

    /// <summary>True when the thread on this stack gave up the CPU to wait; false when it ran or was preempted.</summary>
    public static bool IsAsleep(IReadOnlyList<Frame> frames)
    {
        var switched = false;
        foreach (var frame in frames)
        {
            if (frame.Kind != FrameKind.Kernel) break;
            var name = frame.Function;
            if (name.StartsWith("preempt_schedule", StringComparison.Ordinal) || name.StartsWith("exit_to_user_mode", StringComparison.Ordinal)
                || name is "irqentry_exit" or "__cond_resched" or "dynamic_cond_resched" or "raw_irqentry_exit_cond_resched")
            {
                return false;
            }
            switched |= name is "__schedule" or "schedule" or "schedule_timeout" or "io_schedule" or "futex_wait_queue" or "do_nanosleep";
        }
        return switched;
    }

    private static bool Unnamed(Frame frame) => frame.Function.StartsWith("0x", StringComparison.Ordinal);
}
