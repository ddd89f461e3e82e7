using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Live.Model;

/// <summary>What watching costs and how much there is to see, per second of wall time; null where it was not measured.</summary>
/// <param name="EventsPerSecond">Scheduler switches and samples that the kernel side handled.</param>
/// <param name="OwnCpu">CPU time of hud itself, 1 = one core.</param>
/// <param name="TargetCpu">CPU time that the target pays for being watched, 1 = one core.</param>
internal readonly record struct Rates(double? EventsPerSecond, double? OwnCpu, double? TargetCpu);

/// <summary>Turns growing totals into rates over about the last two seconds.</summary>
internal sealed class RateMeter
{
    private const long SpanNs = 2_000_000_000;

    private long _countersNs;
    private TrackerCounters? _counters;
    private long _sessionNs;
    private Overhead? _overhead;

    public Rates Current { get; private set; }

    public void Add(long nowNs, TrackerCounters counters)
    {
        if (_counters is not { } last) (_counters, _countersNs) = (counters, nowNs);
        else if (nowNs - _countersNs >= SpanNs)
        {
            var events = counters.Switches + counters.Samples - last.Switches - last.Samples;
            Current = Current with { EventsPerSecond = events * 1e9 / (nowNs - _countersNs) };
            (_counters, _countersNs) = (counters, nowNs);
        }
    }

    public void Add(long nowNs, SessionInfo session)
    {
        if (_overhead is not { } last) (_overhead, _sessionNs) = (session.Overhead, nowNs);
        else if (nowNs - _sessionNs >= SpanNs)
        {
            double elapsed = nowNs - _sessionNs;
            Current = Current with
            {
                OwnCpu = (session.Overhead.OwnCpuNs - last.OwnCpuNs) / elapsed,
                TargetCpu = (session.Overhead.TargetNs - last.TargetNs) / elapsed,
            };
            (_overhead, _sessionNs) = (session.Overhead, nowNs);
        }
    }
}
