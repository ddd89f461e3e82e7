using Hud.Tracking.Events;

namespace Hud.Live.Model;

/// <summary>One worker's slices on the shared <see cref="TimeAxis"/>, and what it does now.</summary>
internal sealed class WorkerTimeline(TimeAxis axis, int tid)
{
    private WorkerSlice[] _slices = new WorkerSlice[axis.Capacity];
    private WorkerTotals? _last;
    private long _seenNs;
    private double _guessedBlockedUs;
    private double _guessedParkedUs;

    public int Tid { get; private set; } = tid;
    public string Name { get; private set; } = "";
    public int Index { get; private set; } = -1;
    public int RuntimeId { get; private set; }
    public bool InPoll { get; private set; }
    public bool HoldsDriver { get; private set; }

    /// <summary>The thread has ended; its row stays until it has left the window.</summary>
    public bool Gone { get; set; }
    public long SeenNs => _seenNs;

    /// <param name="slice">Number on the axis.</param>
    public WorkerSlice this[long slice] =>
        slice < axis.Oldest || slice > axis.Newest ? default : _slices[slice % axis.Capacity];

    /// <summary>Adds what the totals say about the time since the last call.</summary>
    public void Add(long nowNs, WorkerTotals totals)
    {
        (Name, Index, RuntimeId, InPoll, HoldsDriver, Gone) = (totals.Name, totals.Index, totals.RuntimeId, totals.InPoll, totals.HoldsDriver, false);
        if (_last is { } last && nowNs > _seenNs) Spread(_seenNs, nowNs, Delta(last, totals, (nowNs - _seenNs) / 1e3));
        (_last, _seenNs) = (totals, nowNs);
    }

    /// <summary>
    /// Totals count a sleep when it ends. Until then the time is credited as what the worker is in, and taken off again
    /// when the totals catch up.
    /// </summary>
    private WorkerSlice Delta(WorkerTotals last, WorkerTotals now, double elapsedUs)
    {
        var polling = Math.Max(0, now.OnCpuNs - last.OnCpuNs) / 1e3;
        var runQueue = Math.Max(0, now.RunQueueNs - last.RunQueueNs) / 1e3;
        var blocked = Settle(Math.Max(0, now.BlockedNs - last.BlockedNs) / 1e3, ref _guessedBlockedUs);
        var parked = Settle(Math.Max(0, now.IdleNs - last.IdleNs) / 1e3, ref _guessedParkedUs);
        var sum = polling + runQueue + blocked + parked;
        if (sum > elapsedUs)
        {
            var scale = elapsedUs / sum;
            return new WorkerSlice((float)(polling * scale), (float)(blocked * scale), (float)(runQueue * scale), (float)(parked * scale));
        }
        var rest = elapsedUs - sum;
        if (now.InPoll) (blocked, _guessedBlockedUs) = (blocked + rest, _guessedBlockedUs + rest);
        else (parked, _guessedParkedUs) = (parked + rest, _guessedParkedUs + rest);
        return new WorkerSlice((float)polling, (float)blocked, (float)runQueue, (float)parked);
    }

    private static double Settle(double counted, ref double guessed)
    {
        if (counted == 0) return 0;
        var paid = Math.Min(counted, guessed);
        // A guess that the totals did not confirm has become something else; it must not eat later time.
        guessed = 0;
        return counted - paid;
    }

    /// <summary>Distributes an amount over the slices between two times, in proportion.</summary>
    internal void Spread(long fromNs, long toNs, WorkerSlice amount)
    {
        for (var slice = Math.Max(axis.Oldest, (fromNs - axis.OriginNs) / axis.SliceNs); slice <= axis.Newest; slice++)
        {
            var start = axis.OriginNs + slice * axis.SliceNs;
            var overlap = Math.Min(toNs, start + axis.SliceNs) - Math.Max(fromNs, start);
            if (overlap <= 0) break;
            _slices[slice % axis.Capacity] += amount.Scale((float)overlap / (toNs - fromNs));
        }
    }

    /// <summary>Blanks the slots that slices after <paramref name="newestBefore"/> take over from old ones.</summary>
    public void Open(long newestBefore)
    {
        var first = Math.Max(newestBefore + 1, axis.Oldest);
        for (var slice = first; slice <= axis.Newest; slice++) _slices[slice % axis.Capacity] = default;
    }

    /// <summary>Halves the resolution: only on an axis that has not wrapped.</summary>
    public void MergePairs()
    {
        for (var slice = 0; slice < _slices.Length; slice++)
        {
            var first = 2 * slice;
            _slices[slice] = first + 1 < _slices.Length ? _slices[first] + _slices[first + 1] : default;
        }
    }

    /// <summary>Takes another timeline's slices and state over, whatever axis they are on.</summary>
    public void Resample(WorkerTimeline old, TimeAxis oldAxis)
    {
        CopyState(old);
        for (var slice = oldAxis.Oldest; slice <= oldAxis.Newest; slice++)
        {
            var start = oldAxis.OriginNs + slice * oldAxis.SliceNs;
            Spread(start, start + oldAxis.SliceNs, old[slice]);
        }
    }

    public void CopyFrom(WorkerTimeline other)
    {
        CopyState(other);
        if (_slices.Length != other._slices.Length) _slices = new WorkerSlice[other._slices.Length];
        other._slices.CopyTo(_slices, 0);
    }

    private void CopyState(WorkerTimeline other)
    {
        (Tid, Name, Index, RuntimeId, InPoll, HoldsDriver, Gone) = (other.Tid, other.Name, other.Index, other.RuntimeId, other.InPoll, other.HoldsDriver, other.Gone);
        (_last, _seenNs, _guessedBlockedUs, _guessedParkedUs) = (other._last, other._seenNs, other._guessedBlockedUs, other._guessedParkedUs);
    }
}
