namespace Hud.Tracking;

/// <summary>Whether the exact tracker probes wakes too, and tells how long tasks waited for the poll that a wake asked for.</summary>
public enum ScheduleDelays
{
    Off,

    /// <summary>Where every poll was asked to be timed and the kernel emulates the instructions under the probes.</summary>
    WhereCheap,

    On,
}
