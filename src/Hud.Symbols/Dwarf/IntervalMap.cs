namespace Hud.Symbols.Dwarf;

/// <summary>Addresses from <paramref name="Low"/> up to and without <paramref name="High"/>, owned by <paramref name="Value"/>.</summary>
internal readonly record struct Interval(ulong Low, ulong High, int Value);

/// <summary>
/// Answers which interval owns an address. Where intervals overlap, the later one in the input wins: children follow their parents in DWARF,
/// so the innermost scope does, and of two functions folded into one the last, as LLVM has it.
/// </summary>
internal sealed class IntervalMap
{
    private readonly ulong[] _lows;
    private readonly ulong[] _highs;
    private readonly int[] _values;

    private IntervalMap(ulong[] lows, ulong[] highs, int[] values)
    {
        _lows = lows;
        _highs = highs;
        _values = values;
    }

    public static IntervalMap Empty { get; } = new([], [], []);

    public int Count => _lows.Length;

    /// <param name="firstWins">The earlier of two overlapping intervals wins instead.</param>
    public static IntervalMap Build(ReadOnlySpan<Interval> intervals, bool firstWins = false)
    {
        bool sorted = true, disjoint = true;
        for (int i = 1; i < intervals.Length; i++)
        {
            sorted &= intervals[i - 1].Low <= intervals[i].Low;
            disjoint &= intervals[i - 1].High <= intervals[i].Low;
        }

        if (sorted && disjoint)
        {
            return Copy(intervals);
        }

        int[] order = new int[intervals.Length];
        ulong[] lows = new ulong[intervals.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            lows[i] = intervals[i].Low;
        }

        if (!sorted)
        {
            Array.Sort(lows, order);
        }

        disjoint = true;
        for (int i = 1; i < order.Length && disjoint; i++)
        {
            disjoint = intervals[order[i - 1]].High <= lows[i];
        }

        return disjoint ? Copy(intervals, order, lows) : Paint(intervals, order, firstWins);
    }

    public bool TryFind(ulong address, out int value)
    {
        int low = 0, high = _lows.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (_lows[middle] <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low > 0 && address < _highs[low - 1])
        {
            value = _values[low - 1];
            return true;
        }

        value = -1;
        return false;
    }

    public void AddTo(List<Interval> intervals, int value)
    {
        for (int i = 0; i < _lows.Length; i++)
        {
            intervals.Add(new Interval(_lows[i], _highs[i], value));
        }
    }

    private static IntervalMap Copy(ReadOnlySpan<Interval> intervals)
    {
        ulong[] lows = new ulong[intervals.Length];
        ulong[] highs = new ulong[intervals.Length];
        int[] values = new int[intervals.Length];
        for (int i = 0; i < intervals.Length; i++)
        {
            (lows[i], highs[i], values[i]) = intervals[i];
        }

        return new IntervalMap(lows, highs, values);
    }

    private static IntervalMap Copy(ReadOnlySpan<Interval> intervals, int[] order, ulong[] lows)
    {
        ulong[] highs = new ulong[order.Length];
        int[] values = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            highs[i] = intervals[order[i]].High;
            values[i] = intervals[order[i]].Value;
        }

        return new IntervalMap(lows, highs, values);
    }

    private static IntervalMap Paint(ReadOnlySpan<Interval> intervals, int[] order, bool firstWins)
    {
        var lows = new List<ulong>(intervals.Length);
        var highs = new List<ulong>(intervals.Length);
        var values = new List<int>(intervals.Length);
        var active = new PriorityQueue<int, int>();
        ulong at = 0;
        int next = 0;
        while (next < order.Length || active.Count > 0)
        {
            if (active.Count == 0)
            {
                at = intervals[order[next]].Low;
            }

            while (next < order.Length && intervals[order[next]].Low <= at)
            {
                active.Enqueue(order[next], firstWins ? order[next] : -order[next]);
                next++;
            }

            while (active.TryPeek(out int ended, out _) && intervals[ended].High <= at)
            {
                active.Dequeue();
            }

            if (!active.TryPeek(out int top, out _))
            {
                continue;
            }

            ulong end = intervals[top].High;
            if (next < order.Length)
            {
                end = Math.Min(end, intervals[order[next]].Low);
            }

            if (values.Count > 0 && values[^1] == intervals[top].Value && highs[^1] == at)
            {
                highs[^1] = end;
            }
            else
            {
                lows.Add(at);
                highs.Add(end);
                values.Add(intervals[top].Value);
            }

            at = end;
        }

        return new IntervalMap([.. lows], [.. highs], [.. values]);
    }
}
