using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>A poll on its thread's row, its ends moved where they would cross another's.</summary>
internal readonly record struct TraceSlice(PollRecord Poll, long StartNs, long EndNs);

/// <summary>
/// Polls as slices that nest perfectly per thread, in order of (start, longest first). Polls of one thread do not really
/// overlap unless one runs inside the other (LocalSet); where the uncertainty of their ends makes them, the later one
/// is drawn from the earlier one's end. An inner slice ends at least 1 ns before the outer one: viewers add ts and dur in floating point,
/// and equal ends come out in either order.
/// </summary>
internal static class TraceSlices
{
    /// <param name="report">Events need not be sorted.</param>
    /// <param name="originNs">Time zero of the trace: the session's start, or the first event if that began before it.</param>
    public static TraceSlice[] Of(Report report, out long originNs)
    {
        var slices = new TraceSlice[report.Events.Count];
        originNs = report.Session.StartNs;
        for (var i = 0; i < slices.Length; i++)
        {
            var e = report.Events[i];
            originNs = Math.Min(originNs, e.StartNs);
            slices[i] = new TraceSlice(e, e.StartNs, e.StartNs + e.DurationNs);
        }

        Array.Sort(slices, Order);
        Nest(slices);
        Array.Sort(slices, Order);
        return slices;
    }

    private static int Order(TraceSlice a, TraceSlice b)
    {
        var order = a.StartNs.CompareTo(b.StartNs);
        if (order == 0)
            order = b.EndNs.CompareTo(a.EndNs);
        if (order == 0)
            order = a.Poll.Tid.CompareTo(b.Poll.Tid);
        return order != 0 ? order : a.Poll.TaskId.CompareTo(b.Poll.TaskId);
    }

    private static void Nest(TraceSlice[] slices)
    {
        var open = new Dictionary<int, Stack<int>>();
        for (var i = 0; i < slices.Length; i++)
        {
            var tid = slices[i].Poll.Tid;
            if (!open.TryGetValue(tid, out var stack))
                open[tid] = stack = new Stack<int>();
            var (start, end) = (slices[i].StartNs, slices[i].EndNs);
            while (stack.TryPeek(out var outer) && slices[outer].EndNs < end)
            {
                start = Math.Max(start, slices[outer].EndNs);
                stack.Pop();
            }

            if (stack.TryPeek(out var around))
            {
                if (slices[around].EndNs <= start)
                {
                    stack.Pop();
                }
                else
                {
                    start = Math.Max(start, slices[around].StartNs);
                    end = Math.Max(start, Math.Min(end, slices[around].EndNs - 1));
                }
            }

            slices[i] = slices[i] with { StartNs = start, EndNs = end };
            stack.Push(i);
        }
    }
}
