namespace Hud.Tracking.Events;

/// <summary>The blocking pool of one runtime since counting began. Threads that drive multi_thread workers do not count.</summary>
/// <param name="Limit">The runtime's <c>max_blocking_threads</c>.</param>
/// <param name="MaxBusy">Most threads seen at work at once.</param>
/// <param name="MaxQueued">Most closures seen waiting for a thread.</param>
/// <param name="SaturatedNs">Time in which every allowed thread was at work and closures waited, as seen at looks some 20 ms apart.</param>
public sealed record BlockingPoolTotals(int RuntimeId, int Limit, int Threads, int Busy, int Queued, int MaxBusy, int MaxQueued, long SaturatedNs);
