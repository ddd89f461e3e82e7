using Hud.Analysis.Model;
using Hud.Symbols.Naming;

namespace Hud.Analysis.Reading;

/// <summary>Which of Tokio's functions mark what on a stack. Names as demangled, in all versions from 1.0 on.</summary>
internal static class TokioFrames
{
    private static readonly string[] GenericOverFuture =
        ["runtime::task::raw::poll", "runtime::task::harness::Harness", "runtime::task::harness::poll_future", "runtime::task::core::Core", "runtime::task::core::CoreStage"];

    private static readonly string[] HoldingFuture =
        ["runtime::task::core::Stage", "runtime::task::core::CoreStage", "runtime::task::core::Core", "runtime::task::core::Cell"];

    /// <summary>The machinery that calls a task's future: everything further out is not the task's doing.</summary>
    public static bool IsPollBoundary(Frame frame) =>
        frame.Kind == FrameKind.Tokio && IsPollBoundary(frame.Function);

    public static bool IsPollBoundary(string function) =>
        function.Contains("runtime::task::raw::poll", StringComparison.Ordinal)
        || (function.Contains("runtime::task::", StringComparison.Ordinal)
            && (function.Contains("::raw::RawTask", StringComparison.Ordinal) || function.Contains("::harness::", StringComparison.Ordinal) || function.Contains("::core::Core", StringComparison.Ordinal))
            && LastSegment(function).StartsWith("poll", StringComparison.Ordinal))
        || function.Contains("::run_task", StringComparison.Ordinal);

    /// <summary>
    /// A library's future or stream over others (<c>join!</c>, <c>timeout</c>, tracing's <c>Instrumented</c>): without debug
    /// information the user's future may be inlined into it, so that what lies further in was called by either.
    /// </summary>
    public static bool IsCombinator(Frame frame)
    {
        if (frame.Kind is not (FrameKind.Tokio or FrameKind.Dependency or FrameKind.Std)) return false;
        var function = frame.Function;
        var trait = function.LastIndexOf(" as ", StringComparison.Ordinal);
        return trait > 0
            && function.AsSpan(0, trait).TrimStart('<').Contains('<')
            && (function.EndsWith("::Future>::poll", StringComparison.Ordinal) || function.EndsWith("::Stream>::poll_next", StringComparison.Ordinal));
    }

    /// <summary>The call that drives the root future of <c>block_on</c>; a boundary only where no task's is on the stack.</summary>
    public static bool IsRootBoundary(Frame frame) =>
        frame.Kind == FrameKind.Tokio
        && frame.Function.Contains("block_on", StringComparison.Ordinal)
        && frame.Function.Contains("runtime::", StringComparison.Ordinal);

    /// <summary>A multi-thread runtime's <c>block_on</c>: its root future runs on a thread that drives no workers.</summary>
    public static bool IsWorkerlessRoot(Frame frame) =>
        IsRootBoundary(frame) && frame.Function.Contains("CachedParkThread", StringComparison.Ordinal);

    /// <summary><c>Runtime::block_on</c> of either kind of runtime; what it calls to poll the root future may be inlined into it.</summary>
    public static bool IsRuntimesBlockOn(Frame frame) =>
        frame.Kind == FrameKind.Tokio && frame.Function.Contains("runtime::Runtime::block_on", StringComparison.Ordinal);

    public static bool IsBlockInPlace(Frame frame) =>
        frame.Kind == FrameKind.Tokio && frame.Function.Contains("block_in_place", StringComparison.Ordinal);

    /// <summary>A multi_thread worker's own loop. One that is called within a poll is another runtime's.</summary>
    public static bool IsWorkerLoop(Frame frame) =>
        frame.Kind == FrameKind.Tokio
        && (frame.Function.Contains("multi_thread", StringComparison.Ordinal) || frame.Function.Contains("runtime::thread_pool::", StringComparison.Ordinal))
        && frame.Function.Contains("::worker::", StringComparison.Ordinal)
        && LastSegment(frame.Function).StartsWith("run", StringComparison.Ordinal);

    /// <summary>What runs tasks on the thread that calls it, beside a root future: a current_thread runtime or a <c>LocalSet</c>.</summary>
    public static bool IsLocalLoop(Frame frame) =>
        frame.Kind == FrameKind.Tokio
        && (((frame.Function.Contains("current_thread::", StringComparison.Ordinal) || frame.Function.Contains("basic_scheduler::", StringComparison.Ordinal))
                && frame.Function.Contains("block_on", StringComparison.Ordinal))
            || frame.Function.Contains("task::local::LocalSet", StringComparison.Ordinal)
            || frame.Function.Contains("task::local::RunUntil", StringComparison.Ordinal));

    public static bool IsBlockingPool(Frame frame) =>
        frame.Kind == FrameKind.Tokio && frame.Function.Contains("runtime::blocking::pool::Inner::run", StringComparison.Ordinal);

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

    /// <summary>The function's own name: generic arguments and closures in it left out, so that a future's name there counts for nothing.</summary>
    private static ReadOnlySpan<char> LastSegment(ReadOnlySpan<char> name)
    {
        while (true)
        {
            var last = FunctionPath.Tail(name, 1);
            if (last.Length == name.Length || last.Length == 0 || last[0] != '{') return last;
            name = name[..^(last.Length + 2)];
        }
    }

    /// <summary>What runs a task between the scheduler and the task's future, inlined plumbing included.</summary>
    public static bool IsTaskMachinery(Frame frame) =>
        frame.Kind == FrameKind.Tokio
        && (frame.Function.Contains("runtime::task::", StringComparison.Ordinal) || frame.Function.Contains("tokio::loom::", StringComparison.Ordinal));

    /// <summary>Where a task's future or output is dropped, however much of the glue was inlined.</summary>
    public static bool IsTaskDrop(Frame frame) =>
        IsTaskMachinery(frame) && LastSegment(frame.Function) is "set_stage" or "drop_future_or_output";

    /// <summary>Code of a task that another one's code calls through a handle.</summary>
    public static bool IsHandle(Frame frame) =>
        frame.Function.Contains("join_handle", StringComparison.Ordinal)
        || frame.Function.Contains("JoinHandle", StringComparison.Ordinal)
        || frame.Function.Contains("AbortHandle", StringComparison.Ordinal)
        || LastSegment(frame.Function) is "shutdown" or "dealloc" or "drop_reference";

    /// <summary>
    /// The future type of Tokio's generic functions, as in <c>raw::poll::&lt;FUTURE, SCHEDULER&gt;</c> and
    /// <c>Harness&lt;FUTURE, SCHEDULER&gt;::poll</c>; null where the mangling leaves it out, and for closures on the blocking pool.
    /// </summary>
    public static string? FutureOf(string function) => FirstArgument(function, GenericOverFuture);

    /// <summary>The future type of the part of a task that holds its future or output; null for other types.</summary>
    public static string? StageOf(string type) => FirstArgument(type, HoldingFuture);

    private static string? FirstArgument(string function, string[] generics)
    {
        foreach (var generic in generics)
        {
            var at = function.IndexOf(generic, StringComparison.Ordinal);
            if (at < 0) continue;
            var open = at + generic.Length;
            if (function.AsSpan(open).StartsWith("::")) open += 2;
            if (open >= function.Length || function[open] != '<') continue;
            var depth = 0;
            for (var i = open; i < function.Length; i++)
            {
                var c = function[i];
                if (c is '<' or '(' or '[' or '{') depth++;
                else if (c is ')' or ']' or '}' || (c == '>' && function[i - 1] != '-')) depth--;
                if (depth > 1 || (c != ',' && depth > 0)) continue;
                var argument = function[(open + 1)..i].Trim();
                // Legacy mangling has the parameter's name in place of the type: no path.
                return argument.Contains("::", StringComparison.Ordinal) && !argument.StartsWith("tokio::runtime::blocking::", StringComparison.Ordinal) ? argument : null;
            }
        }
        return null;
    }
}
