using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.View;
using Hud.Symbols.Naming;

namespace Hud.Live.Screens;

/// <summary>Words that several screens say in the same way.</summary>
internal static class Labels
{
    /// <summary>"worker 2" as Tokio counts them, else the thread's name or id.</summary>
    public static void Worker(TextBuffer into, LiveFrame frame, int tid)
    {
        var (index, runtime, name) = Identity(frame, tid);
        if (index >= 0)
        {
            into.Append($"worker {index}");
            if (HasSeveralRuntimes(frame)) into.Append($" of runtime {runtime}");
        }
        else if (name.Length > 0) into.Append($"{name} ({tid})");
        else into.Append($"thread {tid}");
    }

    /// <summary>The same in a narrow column: "2", "1/2" with several runtimes, else the thread id.</summary>
    public static void ShortWorker(TextBuffer into, LiveFrame frame, int tid)
    {
        var (index, runtime, _) = Identity(frame, tid);
        if (index < 0) into.Append($"{tid}");
        else if (HasSeveralRuntimes(frame)) into.Append($"{runtime}/{index}");
        else into.Append($"{index}");
    }

    public static (int Index, int Runtime, string Name) Identity(LiveFrame frame, int tid)
    {
        if (frame.Timelines.Find(tid) is { } timeline) return (timeline.Index, timeline.RuntimeId, timeline.Name);
        return frame.Index.Worker(tid) is { } worker ? (worker.Index ?? -1, worker.Runtime, worker.Name) : (-1, 0, "");
    }

    public static bool HasSeveralRuntimes(LiveFrame frame) => frame.Report is { Target.Runtimes.Count: > 1 };

    /// <summary>What a blocker waits in, as briefly as possible: its detail ("fsync /var/lib/x.db"), else the function called.</summary>
    public static ReadOnlySpan<char> Wait(Blocker blocker) => blocker switch
    {
        { Detail: { Length: > 0 } detail } => detail,
        { Call: { } call } => Short(call),
        _ => blocker.Cause,
    };

    /// <summary>The function in a sentence: its last two segments, without the closures and the future inside it.</summary>
    public static ReadOnlySpan<char> Short(Frame frame)
    {
        ReadOnlySpan<char> name = frame.Function;
        while (name.EndsWith("}") && name.LastIndexOf("::{") is > 0 and var inner) name = name[..inner];
        return name.StartsWith(DropGlue.Prefix) ? name : FunctionPath.Tail(name, 2);
    }

    /// <summary>The part of a poll's age that is not its own, where it is worth a word.</summary>
    public static void RunQueue(TextBuffer into, in StuckPoll stuck)
    {
        if (stuck.RunQueueNs > Math.Max(1_000_000, stuck.OwnNs / 10)) into.Append($", and {new Duration(stuck.RunQueueNs)} without a CPU");
    }

    public static string CauseMeaning(string cause)
    {
        foreach (var known in Causes.All)
        {
            if (known.Word == cause) return known.Meaning;
        }
        return cause;
    }
}
