using Hud.Analysis.Model;

namespace Hud.Analysis.Reading;

/// <summary>Which of Tokio's functions mark what on a stack. Names as demangled, in all versions from 1.0 on.</summary>
internal static class TokioFrames
{
    /// <summary>The machinery that calls a task's future: everything further out is not the task's doing.</summary>
    public static bool IsPollBoundary(Frame frame) =>
        frame.Kind == FrameKind.Tokio && IsPollBoundary(frame.Function);

    public static bool IsPollBoundary(string function) =>
        function.Contains("runtime::task::raw::poll", StringComparison.Ordinal)
        || (function.Contains("runtime::task::raw::RawTask", StringComparison.Ordinal) && function.Contains("::poll", StringComparison.Ordinal))
        || (function.Contains("runtime::task::harness::", StringComparison.Ordinal) && function.Contains("poll", StringComparison.Ordinal))
        || (function.Contains("runtime::task::core::Core", StringComparison.Ordinal) && function.Contains("poll", StringComparison.Ordinal))
        || function.Contains("::run_task", StringComparison.Ordinal);

    /// <summary>The call that drives the root future of <c>block_on</c>; a boundary only where no task's is on the stack.</summary>
    public static bool IsRootBoundary(Frame frame) =>
        frame.Kind == FrameKind.Tokio
        && frame.Function.Contains("block_on", StringComparison.Ordinal)
        && frame.Function.Contains("runtime::", StringComparison.Ordinal);

    /// <summary>A multi-thread runtime's <c>block_on</c>: its root future runs on a thread that drives no workers.</summary>
    public static bool IsWorkerlessRoot(Frame frame) =>
        IsRootBoundary(frame) && frame.Function.Contains("CachedParkThread", StringComparison.Ordinal);

    public static bool IsBlockInPlace(Frame frame) =>
        frame.Kind == FrameKind.Tokio && frame.Function.Contains("block_in_place", StringComparison.Ordinal);

    /// <summary><c>spawn_blocking</c> closures, and the worker loop itself, which Tokio starts as one.</summary>
    public static bool IsBlockingTask(Frame frame) =>
        frame.Kind == FrameKind.Tokio
        && (frame.Function.Contains("runtime::blocking::task::BlockingTask", StringComparison.Ordinal)
            || frame.Function.Contains("runtime::blocking::pool::", StringComparison.Ordinal));

    /// <summary>A worker that waits for work or drives I/O and timers.</summary>
    public static bool IsPark(Frame frame)
    {
        if (frame.Kind != FrameKind.Tokio) return false;
        var name = frame.Function;
        return LastSegment(name).StartsWith("park", StringComparison.Ordinal)
            && (name.Contains("runtime::park::", StringComparison.Ordinal)
                || name.Contains("scheduler::multi_thread::park::", StringComparison.Ordinal)
                || name.Contains("worker::Context::park", StringComparison.Ordinal)
                || name.Contains("current_thread::Context::park", StringComparison.Ordinal)
                || name.Contains("thread_pool::park", StringComparison.Ordinal)
                || name.Contains("runtime::driver::", StringComparison.Ordinal)
                || name.Contains("runtime::io::driver::", StringComparison.Ordinal)
                || name.Contains("runtime::time::", StringComparison.Ordinal));
    }

    private static ReadOnlySpan<char> LastSegment(ReadOnlySpan<char> name)
    {
        while (true)
        {
            var at = name.LastIndexOf("::");
            if (at < 0) return name;
            var last = name[(at + 2)..];
            if (last.Length > 0 && last[0] is not ('{' or '<')) return last;
            name = name[..at];
        }
    }

    /// <summary>The future type in <c>raw::poll::&lt;FUTURE, SCHEDULER&gt;</c>, where the mangling carries it; else null.</summary>
    public static string? FutureOf(string function)
    {
        var at = function.IndexOf("raw::poll", StringComparison.Ordinal);
        if (at < 0) return null;
        var open = function.IndexOf('<', at);
        if (open < 0) return null;
        var depth = 0;
        for (var i = open; i < function.Length; i++)
        {
            var c = function[i];
            if (c is '<' or '(' or '[' or '{') depth++;
            else if (c is ')' or ']' or '}' || (c == '>' && function[i - 1] != '-')) depth--;
            if ((c == ',' && depth == 1) || depth == 0) return i > open + 2 ? function[(open + 1)..i].Trim() : null;
        }
        return null;
    }
}
