using Hud.Target;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Sampled;

/// <summary>
/// Has the target's threads looked at while they are on a CPU. A timer that follows a thread is set and cancelled at each of
/// its context switches, which takes microseconds on a virtual machine; a timer on a CPU fires whether the target runs there
/// or not. Whichever has less to do serves, unless the kernel's own ticks do.
/// </summary>
/// <param name="ticks">Null: never by ticks.</param>
/// <param name="lookAtTicks">Begins and ends looks at ticks.</param>
internal sealed class PollSampler(
    TargetProcess target, ThreadDirectory threads, ThreadTable table, int programFd, long periodNs, TickChoice? ticks, Action<bool> lookAtTicks) : IDisposable
{
    private const long FirstLookNs = 100_000_000, LookEveryNs = 2_000_000_000, SecondNs = 1_000_000_000;
    private const int SettledNs = 5_000_000;

    /// <summary>Timers on CPUs are given up once they have this many times as much to do.</summary>
    private const int Reluctance = 4;

    private ThreadSampler _threads = new(programFd, periodNs);
    private CpuSampler? _cpus;
    private long _lookedNs, _nextLookNs;
    private long _switches;
    private bool _refused, _isResting, _atTicks;

    /// <summary>The error of the last thread that could not be sampled, 0 when all could.</summary>
    public int LastError => _threads.LastError;

    /// <summary>Whether CPUs are sampled at present, not threads.</summary>
    public bool OnCpus => _cpus is not null;

    /// <returns>False when no thread could be sampled.</returns>
    public bool Start(long nowNs)
    {
        (_lookedNs, _nextLookNs) = (nowNs, nowNs + FirstLookNs);
        AddThreads();
        return _threads.Count > 0;
    }

    /// <summary>Nothing is looked at: setting and cancelling timers would be for nothing.</summary>
    public void Rest()
    {
        if (_isResting)
            return;
        _isResting = true;
        End();
    }

    /// <summary>After <see cref="Rest"/>.</summary>
    public void Resume()
    {
        if (!_isResting)
            return;
        _isResting = false;
        AddThreads();
    }

    /// <param name="read">The counters of the kernel part, by <see cref="WireCounter"/>.</param>
    public void Update(long nowNs, Func<long[]> read)
    {
        if (_isResting)
            return;
        var counters = read();
        if (FollowTicks(nowNs, counters))
            return;
        if (_cpus is null)
            AddStragglers();
        if (nowNs < _nextLookNs)
            return;
        var switches = counters[(int)WireCounter.Switches];
        var perSecond = (long)((Int128)(switches - _switches) * SecondNs / (nowNs - _lookedNs));
        (_lookedNs, _nextLookNs, _switches) = (nowNs, nowNs + LookEveryNs, switches);
        Choose(perSecond);
    }

    public void Dispose() => End();

    private void End()
    {
        _threads.Dispose();
        _cpus?.Dispose();
        (_cpus, _threads) = (null, new ThreadSampler(programFd, periodNs));
        SetTicks(false);
    }

    /// <returns>Whether ticks serve now.</returns>
    private bool FollowTicks(long nowNs, long[] counters)
    {
        var serves = ticks?.Serves(nowNs, counters[(int)WireCounter.Computed], counters[(int)WireCounter.LongGaps]) == true;
        if (serves == _atTicks)
            return serves;
        if (serves)
            End();
        else
            AddThreads();
        SetTicks(serves);
        return serves;
    }

    private void SetTicks(bool on)
    {
        if (_atTicks == on)
            return;
        _atTicks = on;
        lookAtTicks(on);
    }

    private void Choose(long switchesPerSecond)
    {
        var samplesOfOneCpu = SecondNs / periodNs;
        if (_cpus is null && (_refused || switchesPerSecond <= samplesOfOneCpu))
            return;
        var cpus = target.AllowedCpus();
        var samplesPerSecond = cpus.Count * samplesOfOneCpu;
        if (_cpus is null && switchesPerSecond > samplesPerSecond)
        {
            var sampler = new CpuSampler(programFd, periodNs);
            if (sampler.Add(cpus))
            {
                End();
                _cpus = sampler;
            }
            else
            {
                sampler.Dispose();
                _refused = true;
            }
        }
        else if (_cpus is not null && (switchesPerSecond < samplesPerSecond / Reluctance || !_cpus.Add(cpus)))
        {
            AddThreads();
            _cpus.Dispose();
            _cpus = null;
        }
    }

    private void AddThreads()
    {
        foreach (var thread in target.Threads())
            _threads.Add(thread.Tid);
    }

    /// <summary>
    /// Threads inherit their sampler from the thread that started them; one that ran for a while without a sample slipped
    /// between being started and its parent getting one.
    /// </summary>
    private void AddStragglers()
    {
        foreach (var (tid, slot) in threads.Slots)
        {
            if (!_threads.Has(tid) && table.TryRead(slot, out var thread) && thread.Samples == 0 && thread.OnCpuNs > SettledNs + 4 * (ulong)periodNs)
                _threads.Add(tid);
        }
    }
}
