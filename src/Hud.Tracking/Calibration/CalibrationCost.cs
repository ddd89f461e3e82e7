namespace Hud.Tracking.Calibration;

/// <summary>What calibration has cost the target so far.</summary>
/// <param name="Hits">Of its probes.</param>
/// <param name="ProbeNs">Their exceptions, reckoned; with the programs that they ran where the kernel's statistics are not available.</param>
/// <param name="BpfNs">All of its programs, by the kernel's statistics.</param>
internal readonly record struct CalibrationCost(long Hits, long ProbeNs, long BpfNs, long BpfRuns);
