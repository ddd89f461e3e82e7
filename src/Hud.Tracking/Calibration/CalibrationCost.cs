namespace Hud.Tracking.Calibration;

/// <summary>What calibration has cost the target so far.</summary>
/// <param name="Hits">Of its probes.</param>
/// <param name="ProbeNs">Their exceptions, reckoned.</param>
/// <param name="Samples">Of threads, between polls.</param>
/// <param name="BpfNs">All of its programs, by the kernel's statistics.</param>
internal readonly record struct CalibrationCost(long Hits, long ProbeNs, long Samples, long BpfNs, long BpfRuns)
{
    public static CalibrationCost operator +(CalibrationCost one, CalibrationCost other) => new(
        one.Hits + other.Hits, one.ProbeNs + other.ProbeNs, one.Samples + other.Samples, one.BpfNs + other.BpfNs, one.BpfRuns + other.BpfRuns);
}
