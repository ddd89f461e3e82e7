using Hud.Analysis.Model;

namespace Hud.Analysis.Rules;

/// <summary>Waiting on a futex: every userspace lock, condition variable and blocking channel ends there; System V semaphores too.</summary>
internal sealed class LockRule : ICauseRule
{
    public CauseVerdict? Check(Evidence evidence)
    {
        // On a CPU on its way to the wait and back, as in SleepRule; waking others is no wait.
        if (!evidence.Asleep && !evidence.KernelHasPrefix("futex_wait", "__futex_wait", "futex_do_wait")) return null;
        return evidence.Syscall switch
        {
            "futex" or "futex_wait" or "futex_requeue" => new CauseVerdict(Causes.Lock, "futex " + Details.Hex(evidence.Arg(0))),
            "futex_waitv" => new CauseVerdict(Causes.Lock, evidence.Call),
            "semop" or "semtimedop" => new CauseVerdict(Causes.Lock, evidence.Call),
            null when evidence.KernelHas("futex_wait_queue", "futex_do_wait", "futex_wait", "__futex_wait", "futex_wait_queue_me", "futex_lock_pi") => new CauseVerdict(Causes.Lock, "futex"),
            _ => null,
        };
    }
}
