using Hud.Analysis.Model;
using Hud.Symbols.Naming;
using Hud.Tracking.Events;

namespace Hud.Analysis.Reading;

/// <summary>
/// Finds culprit, call and task on a named stack. The poll's boundary is the innermost frame of Tokio's that calls a
/// future: nested polls (a LocalSet inside a task) belong to the innermost task.
/// </summary>
internal static class StackReader
{
    /// <summary>Stands for a poll of which no stack arrived.</summary>
    public static Frame NoStack { get; } = new("[no stack recorded]", null, null, null, false, FrameKind.Tokio, "0x0");

    public static StackReading Read(IReadOnlyList<Frame> frames)
    {
        if (frames.Count == 0) return new StackReading(NoStack, null, null, false, null, LegalSection.None, false, WaitPlace.Unknown);

        var first = FirstUserSpace(frames);
        var boundary = Boundary(frames, first);
        var end = boundary < 0 ? frames.Count : boundary;
        var culprit = IndexOf(frames, first, end, FrameKind.User);
        var hasUser = culprit >= 0;
        if (!hasUser) culprit = IndexOf(frames, first, end, FrameKind.Dependency);
        if (culprit < 0) culprit = boundary >= 0 ? OutermostCall(frames, first, end) : InnermostTelling(frames, first);

        var place = Place(frames, first);
        return new StackReading(
            hasUser ? Culprits.Of(frames[culprit]) : PublicNames.AsCall(frames[culprit]),
            SocketCalls.Fitting(Call(frames, first, culprit), frames),
            SocketCalls.Fitting(CpuCall(frames, first, culprit), frames),
            hasUser,
            TaskTypes.Of(frames, first, boundary),
            Legal(frames, first, boundary, place),
            IsInDrop(frames, first, end),
            place);
    }

    private static int FirstUserSpace(IReadOnlyList<Frame> frames)
    {
        var i = 0;
        while (i < frames.Count && frames[i].Kind == FrameKind.Kernel) i++;
        return i;
    }

    private static int Boundary(IReadOnlyList<Frame> frames, int first)
    {
        for (var i = first; i < frames.Count; i++)
        {
            if (TokioFrames.IsPollBoundary(frames[i])) return i;
        }
        for (var i = first; i < frames.Count; i++)
        {
            if (TokioFrames.IsRootBoundary(frames[i])) return i;
        }
        return -1;
    }

    private static int IndexOf(IReadOnlyList<Frame> frames, int first, int end, FrameKind kind)
    {
        for (var i = first; i < end; i++)
        {
            if (frames[i].Kind == kind) return i;
        }
        return -1;
    }

    /// <summary>
    /// Where the task's own code left no frame (inlined into Tokio's, without debug information): what that code called, as far
    /// out as it has a name that people know.
    /// </summary>
    private static int OutermostCall(IReadOnlyList<Frame> frames, int first, int end)
    {
        for (var i = end - 1; i >= first; i--)
        {
            if (frames[i].Kind is FrameKind.Std or FrameKind.Libc && !PublicNames.IsGlue(frames[i])) return i;
        }
        return first < end ? first : 0;
    }

    /// <summary>Without a boundary (a waker, a stack that was cut off): the innermost frame that says more than the system call does.</summary>
    private static int InnermostTelling(IReadOnlyList<Frame> frames, int first)
    {
        var fallback = -1;
        for (var i = first; i < frames.Count; i++)
        {
            if (frames[i].Kind == FrameKind.Libc) continue;
            if (!PublicNames.IsGlue(frames[i])) return i;
            if (fallback < 0) fallback = i;
        }
        return fallback >= 0 ? fallback : first < frames.Count ? first : 0;
    }

    private static Frame? Call(IReadOnlyList<Frame> frames, int first, int culprit)
    {
        for (var i = culprit - 1; i >= first; i--)
        {
            // A dependency that is the culprit itself calls itself; what matters is where it leaves its own kind.
            if (frames[i].Kind == frames[culprit].Kind || PublicNames.IsGlue(frames[i]) || TokioFrames.IsCombinator(frames[i])) continue;
            if (frames[i].Kind == FrameKind.Libc && PublicCallBetween(frames, i, culprit) is { } inlined) return inlined;
            return PublicNames.AsCall(frames[i]);
        }
        return PublicCallBetween(frames, first - 1, culprit)
            ?? (culprit - 1 >= first && frames[culprit - 1].Kind != frames[culprit].Kind ? PublicNames.AsCall(frames[culprit - 1]) : null);
    }

    /// <summary>The std function that was inlined away around an internal one, by table; outermost first.</summary>
    private static Frame? PublicCallBetween(IReadOnlyList<Frame> frames, int inner, int culprit)
    {
        for (var i = culprit - 1; i > inner; i--)
        {
            if (PublicNames.PublicCallOf(frames[i]) is { } name) return frames[i] with { Function = name };
        }
        return null;
    }

    private static Frame? CpuCall(IReadOnlyList<Frame> frames, int first, int culprit)
    {
        for (var i = culprit - 1; i >= first; i--)
        {
            if (frames[i].Kind != frames[culprit].Kind && PublicNames.IsWorthNamingOnCpu(frames[i]) && !PublicNames.IsGlue(frames[i])) return PublicNames.AsCall(frames[i]);
        }
        return null;
    }

    private static bool IsInDrop(IReadOnlyList<Frame> frames, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (DropGlue.IsDrop(frames[i].Function) || TokioFrames.IsTaskDrop(frames[i])) return true;
        }
        return false;
    }

    /// <summary>
    /// Told by the innermost loop that runs tasks: a worker's loop is itself a task of the blocking pool, so that poll
    /// boundaries and the pool lie further out on every worker's stack.
    /// </summary>
    private static WaitPlace Place(IReadOnlyList<Frame> frames, int first)
    {
        bool inTask = false, inCode = false, isWorkerless = false;
        for (var i = first; i < frames.Count; i++)
        {
            inTask |= TokioFrames.IsPollBoundary(frames[i]);
            inCode |= frames[i].Kind is FrameKind.User or FrameKind.Dependency;
            if (TokioFrames.IsWorkerLoop(frames[i])) return inTask ? WaitPlace.Poll : WaitPlace.Worker;
            if (TokioFrames.IsLocalLoop(frames[i])) return inTask || inCode ? WaitPlace.Poll : WaitPlace.Worker;
            if (TokioFrames.IsBlockingPool(frames[i])) return WaitPlace.BlockingPool;
            isWorkerless |= TokioFrames.IsWorkerlessRoot(frames[i]);
            if (TokioFrames.IsRuntimesBlockOn(frames[i]) && inCode && !inTask && !isWorkerless) return WaitPlace.Root;
        }
        return WaitPlace.Unknown;
    }

    private static LegalSection Legal(IReadOnlyList<Frame> frames, int first, int boundary, WaitPlace place)
    {
        var end = boundary < 0 ? frames.Count : boundary;
        for (var i = first; i < end; i++)
        {
            if (TokioFrames.IsBlockInPlace(frames[i])) return LegalSection.BlockInPlace;
            if (TokioFrames.IsPark(frames[i])) return LegalSection.Parked;
            if (TokioFrames.IsLocalLoop(frames[i])) return LegalSection.None;
            if (TokioFrames.IsBlockingTask(frames[i])) return LegalSection.BlockingPool;
        }
        if (place == WaitPlace.BlockingPool) return LegalSection.BlockingPool;
        if (boundary < 0) return LegalSection.None;
        if (frames[boundary].Function.Contains("BlockingTask<", StringComparison.Ordinal)) return LegalSection.BlockingPool;
        return TokioFrames.IsWorkerlessRoot(frames[boundary]) ? LegalSection.WorkerlessRoot : LegalSection.None;
    }
}
