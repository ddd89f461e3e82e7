namespace Hud.Tracking.Kernel;

/// <summary>What a uprobe costs the thread that runs into it beside its BPF program, which the kernel's statistics tell.</summary>
internal static class ProbeCost
{
    /// <summary>
    /// The exception and the way back, nanoseconds: no counter of the kernel has it. A program that polls now and then, whose
    /// caches are cold, pays two to three times <see cref="WarmTrapNs"/>; see `make bench` and docs/overhead.md.
    /// </summary>
    public const long TrapNs = 2_500;

    /// <summary>The same in a program that polls all the time.</summary>
    public const long WarmTrapNs = 900;

    /// <summary>
    /// Where the kernel steps the instruction under the probe there is a second exception, which on a virtual machine leaves
    /// the guest. See <see cref="Hud.Target.ProbeSpot"/>.
    /// </summary>
    public const long SteppedTrapNs = 25_000;

    public static long TrapsNs(long hits, long stepped) => (hits - stepped) * TrapNs + stepped * SteppedTrapNs;

    /// <summary>A BPF program of the exact tracker, where the kernel's statistics are not available.</summary>
    public const long ProgramNs = 600;
}
