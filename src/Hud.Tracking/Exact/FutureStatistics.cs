namespace Hud.Tracking.Exact;

/// <summary>Times of one kind, counted.</summary>
/// <param name="Histogram">Element i counts those up to 2^i µs and over 2^(i-1) µs; the last one has no bound.</param>
public sealed record TimeStatistics(long Count, long TotalNs, long LongestNs, IReadOnlyList<long> Histogram);

/// <summary>All polls of one poll function since the session began, which is one future type.</summary>
/// <param name="Index">The same number throughout a session.</param>
/// <param name="Type">Readable type where the function's symbol has it; else null.</param>
/// <param name="Address">Run-time address of the poll function.</param>
/// <param name="Polls">Wall time of its polls.</param>
/// <param name="Delays">Schedule delay: from a wake to the poll that it asked for. Null where wakes are not probed.</param>
public sealed record FutureStatistics(int Index, string? Type, ulong Address, TimeStatistics Polls, TimeStatistics? Delays);
