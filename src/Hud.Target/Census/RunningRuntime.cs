namespace Hud.Target;

/// <summary>A Tokio runtime that exists now.</summary>
/// <param name="Kind">"multi_thread" or "current_thread".</param>
/// <param name="Handle">Address of its handle: names the runtime within the process.</param>
/// <param name="Workers">Threads that drive it now, by tid.</param>
public sealed record RunningRuntime(string Kind, ulong Handle, IReadOnlyList<RunningWorker> Workers);

/// <param name="Index">Number of the worker within its runtime; -1 under current_thread.</param>
public readonly record struct RunningWorker(int Tid, int Index);
