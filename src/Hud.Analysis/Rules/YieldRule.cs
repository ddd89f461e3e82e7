using Hud.Analysis.Model;

namespace Hud.Analysis.Rules;

/// <summary>Spinning that gives way: sched_yield, and futex calls that run instead of waiting, are CPU time.</summary>
internal sealed class YieldRule : ICauseRule
{
    public CauseVerdict? Check(Evidence evidence) => evidence.Syscall switch
    {
        "sched_yield" => new CauseVerdict(Causes.Cpu, evidence.Call),
        "futex" or "futex_wait" or "futex_wake" or "futex_waitv" or "nanosleep" or "clock_nanosleep" when !evidence.Asleep => new CauseVerdict(Causes.Cpu, null),
        _ => null,
    };
}
