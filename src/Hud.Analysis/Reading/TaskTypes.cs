using Hud.Analysis.Model;
using Hud.Symbols.Naming;

namespace Hud.Analysis.Reading;

/// <summary>
/// The future type of the task whose poll is on a stack. What Tokio's own generic frames name is exact; the user's frames say it only
/// where one of them is a poll. A plain function is no task: what polls it was inlined away, so the type stays unknown.
/// </summary>
internal static class TaskTypes
{
    private const string FuturePoll = " as core::future::future::Future>::poll";

    /// <param name="frames">Innermost first.</param>
    /// <param name="first">The first frame in user space.</param>
    /// <param name="boundary">The innermost frame of Tokio's that calls a future; −1 where there is none.</param>
    public static string? Of(IReadOnlyList<Frame> frames, int first, int boundary)
    {
        if (boundary < 0) return null;
        var named = NamedByTokio(frames, boundary) ?? NamedByDrop(frames, first, boundary);
        return named is not null && !IsErased(named) ? named
            : NamedByPoll(frames, first, boundary, FrameKind.User) ?? named ?? NamedByPoll(frames, first, boundary, FrameKind.Dependency);
    }

    /// <summary>The frames between the innermost call of the future and the scheduler, all generic over the same type.</summary>
    private static string? NamedByTokio(IReadOnlyList<Frame> frames, int boundary)
    {
        for (var i = boundary; i < frames.Count && (frames[i].Kind == FrameKind.Std || TokioFrames.IsTaskMachinery(frames[i])); i++)
        {
            if (TokioFrames.FutureOf(frames[i].Function) is { } future) return future;
        }
        return null;
    }

    /// <summary>Tokio drops a task's future or output within its poll; where another task's is dropped, a handle to that one is on the way.</summary>
    private static string? NamedByDrop(IReadOnlyList<Frame> frames, int first, int boundary)
    {
        for (var i = boundary - 1; i >= first; i--)
        {
            if (DropGlue.DroppedType(frames[i].Function) is { } dropped) return TokioFrames.StageOf(dropped);
            if (frames[i].Kind != FrameKind.Std && !TokioFrames.IsTaskMachinery(frames[i])) return null;
            if (TokioFrames.IsHandle(frames[i])) return null;
        }
        return null;
    }

    private static string? NamedByPoll(IReadOnlyList<Frame> frames, int first, int boundary, FrameKind kind)
    {
        // Debug information shows inlined frames too: what Tokio calls there is the future, whatever its name looks like.
        var whole = frames[boundary].Line is not null;
        for (var i = boundary - 1; i >= first; i--)
        {
            var function = frames[i].Function;
            if (DropGlue.IsDrop(function)) return null;
            if (frames[i].Kind == kind) return PollOf(function) ?? (whole ? function : null);
            whole &= frames[i].Line is not null && frames[i].Kind is FrameKind.Std or FrameKind.Tokio;
        }
        return null;
    }

    /// <summary>The type that a future's poll function names: an async body is its own, <c>&lt;T as Future&gt;::poll</c> is T's.</summary>
    private static string? PollOf(string function)
    {
        if (function.EndsWith(FuturePoll, StringComparison.Ordinal) && function.StartsWith('<')) return function[1..^FuturePoll.Length];
        return function.EndsWith('}') && FunctionPath.Tail(function, 1).StartsWith("{") ? function : null;
    }

    /// <summary><c>Pin&lt;Box&lt;dyn Future&gt;&gt;</c> is exact, but says less than the future inside.</summary>
    private static bool IsErased(string type) => type.StartsWith("core::pin::Pin<alloc::boxed::Box<dyn ", StringComparison.Ordinal);
}
