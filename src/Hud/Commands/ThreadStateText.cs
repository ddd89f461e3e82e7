using System.Globalization;
using Hud.Tracking.Events;

namespace Hud.Commands;

/// <summary>What a thread did when its stack was taken, in words.</summary>
internal static class ThreadStateText
{
    /// <summary>include/uapi/linux/futex.h.</summary>
    private const int FutexCommand = 0x7f, FutexWait = 0, FutexWaitBitset = 9;

    /// <param name="poll">The one that the stack belongs to; null where it is in none, or in one too short to have an age.</param>
    /// <param name="stack">Null where none was taken: then the thread's state by now is all there is.</param>
    public static string Of(WorkerTotals thread, PollEvent? poll, StackEvent? stack)
    {
        if (poll is not null)
            return Of(poll);
        if (stack?.Poll.Sequence > 0 || (stack is null && thread.InPoll))
            return "in a poll";
        if (!thread.IsWorker)
            return "no worker";
        if (stack is null)
            return thread.HoldsDriver ? "parked, waiting for I/O and timers" : "parked or between polls";
        return WaitsForEvents(stack) ? "parked, waiting for I/O and timers"
            : WaitsOnFutex(stack) ? "parked"
            : "between polls, or in block_in_place";
    }

    private static string Of(PollEvent poll) => string.Create(
        CultureInfo.InvariantCulture,
        $"in a poll of {(poll.TaskId == 0 ? "a task" : $"task {poll.TaskId}")} for {(poll.BeganBefore ? "more than " : "")}{(poll.EndNs - poll.StartNs) / 1e6:0.0} ms ({poll.OnCpuNs / 1e6:0.0} ms on CPU, {poll.AsleepNs / 1e6:0.0} ms asleep, {poll.RunQueueNs / 1e6:0.0} ms in the run queue)");

    private static bool WaitsForEvents(StackEvent stack) => stack.IsInEventWait && IsInKernel(stack);

    /// <summary>Workers wake each other with the same call.</summary>
    private static bool WaitsOnFutex(StackEvent stack) =>
        stack.IsInFutex && IsInKernel(stack) && stack.SyscallArgs is [_, var operation, ..] && ((int)operation & FutexCommand) is FutexWait or FutexWaitBitset;

    private static bool IsInKernel(StackEvent stack) => stack.KernelStack.Length > 0;
}
