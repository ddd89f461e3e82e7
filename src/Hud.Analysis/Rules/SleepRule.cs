using Hud.Analysis.Model;

namespace Hud.Analysis.Rules;

/// <summary>Sleeping on purpose: nanosleep and kin, and poll or select with nothing to poll.</summary>
internal sealed class SleepRule : ICauseRule
{
    public CauseVerdict? Check(Evidence evidence)
    {
        // On its way to sleep and back the thread is on a CPU, which a hypervisor may take away there.
        if (!evidence.Asleep && !evidence.KernelHas("do_nanosleep")) return null;
        return evidence.Syscall switch
        {
            "nanosleep" or "clock_nanosleep" or "pause" => Found(evidence),
            "poll" or "ppoll" when evidence.Arg(1) == 0 => Found(evidence),
            "select" or "pselect6" when evidence.Arg(0) == 0 => Found(evidence),
            null when evidence.KernelHas("do_nanosleep", "hrtimer_nanosleep", "common_nsleep", "common_nsleep_timens") => new CauseVerdict(Causes.Sleep, "nanosleep"),
            _ => null,
        };
    }

    private static CauseVerdict Found(Evidence evidence) => new(Causes.Sleep, evidence.Call);
}
