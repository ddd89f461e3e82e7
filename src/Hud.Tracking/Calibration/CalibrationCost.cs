namespace Hud.Tracking.Calibration;

/// <summary>What calibration has cost the target so far.</summary>
/// <param name="Hits">Of its probes.</param>
/// <param name="ProbeNs">Their exceptions, reckoned.</param>
/// <param name="Samples">Of threads, between polls.</param>
/// <param name="BpfNs">All of its programs, by the kernel's statistics.</param>
internal readonly record struct CalibrationCost(long Hits, long ProbeNs, long Samples, long BpfNs, long BpfRuns);
