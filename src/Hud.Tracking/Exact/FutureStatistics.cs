namespace Hud.Tracking.Exact;

/// <summary>All polls of one poll function since the session began, which is one future type.</summary>
/// <param name="Type">Readable type where the function's symbol has it; else null.</param>
/// <param name="Address">Image address of the poll function.</param>
/// <param name="Histogram">Polls by time: element i counts those up to 2^i µs and over 2^(i-1) µs; the last one has no bound.</param>
public sealed record FutureStatistics(string? Type, ulong Address, long Polls, long TotalNs, long LongestNs, IReadOnlyList<long> Histogram);
