using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Analysis.Session;

/// <summary>Sums over the polls of one group. Everything that is added can be taken out again, for the rolling window.</summary>
internal sealed class BlockerGroup(Finding first, AnalysisOptions options)
{
    private readonly Dictionary<StackEntry, (long Count, long Ns)> _stacks = [];
    private readonly Dictionary<int, (long Count, long Ns)> _workers = [];
    private readonly Dictionary<string, long> _causes = [];
    private readonly Dictionary<string, long> _details = [];
    private readonly Dictionary<string, long> _tasks = [];
    private readonly Dictionary<string, (Frame Frame, long Count)> _holders = [];
    private readonly DurationHistogram _durations = new();
    private readonly Lazy<StackEntry> _rest = new(() => Rest(first));
    private long _totalNs;
    private long _onCpuNs;
    private long _asleepNs;
    private long _runQueueNs;
    private long _provisional;
    private long _dropNs;
    private long _waitingTasks;
    private long _waitingKnown;
    private bool _full;
    private Blocker? _built;

    public string Id { get; } = IdOf(first.Key);
    public bool Starved { get; } = first.Starved;
    public long Count { get; private set; }
    public long TotalNs => _totalNs;
    public bool Provisional => _provisional > 0;

    public void Add(ObservedPoll poll, Finding finding) => Apply(poll, finding, 1);

    public void Remove(ObservedPoll poll, Finding finding) => Apply(poll, finding, -1);

    /// <summary>Stable between sessions: depends on the names of culprit, call and cause only.</summary>
    public static string IdOf(GroupKey key)
    {
        // Not a cryptographic hash on purpose: those load OpenSSL, which the target's machine may not have.
        var hash = XxHash128.Hash(Encoding.UTF8.GetBytes($"{key.Cause}\n{key.Culprit}\n{key.Call}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 6));
    }

    public Blocker Build() => _built ??= new Blocker
    {
        Id = Id,
        Cause = first.Key.Cause,
        Culprit = first.Culprit,
        Call = first.Call,
        Task = new TaskInfo(null, Top(_tasks).FirstOrDefault().Key, null),
        Count = Count,
        TotalNs = _totalNs,
        MaxNs = _durations.Percentile(1),
        P50Ns = _durations.Percentile(0.50),
        P99Ns = _durations.Percentile(0.99),
        OnCpuNs = _onCpuNs,
        BlockedNs = _asleepNs,
        RunQueueNs = _runQueueNs,
        Workers = [.. _workers.Keys.Order()],
        HeldBy = Starved || _holders.Count == 0 ? null : [.. _holders.Values.OrderByDescending(h => h.Count).ThenBy(h => h.Frame.Function, StringComparer.Ordinal).Select(h => new HeldBy(h.Frame, h.Count))],
        Detail = DetailText(),
        Advice = Starved && !Starvation.IsMostly(_runQueueNs, _totalNs) ? Starvation.NearlyBlocking(_runQueueNs, Count) : Advice.For(first.Key.Cause, first.Culprit, first.Call, Top(_details).FirstOrDefault().Key, _dropNs > _totalNs / 2),
        Stacks = [.. _stacks.OrderByDescending(s => s.Value.Ns).ThenByDescending(s => s.Value.Count).Select(s => new WeightedStack(s.Value.Count, s.Value.Ns, s.Key.Frames))],
        CauseShares = [.. Top(_causes).Select(c => new CauseShare(c.Key, c.Value))],
        WorkerShares = [.. _workers.OrderByDescending(w => w.Value.Ns).ThenBy(w => w.Key).Select(w => new WorkerShare(w.Key, w.Value.Count, w.Value.Ns))],
        CutOff = Provisional,
        WaitingTasks = _waitingKnown > 0 ? _waitingTasks : null,
    };

    private void Apply(ObservedPoll poll, Finding finding, int sign)
    {
        _built = null;
        Count += sign;
        _totalNs += sign * finding.Ns;
        _onCpuNs += sign * poll.Poll.OnCpuNs;
        _asleepNs += sign * poll.Poll.AsleepNs;
        _runQueueNs += sign * poll.Poll.RunQueueNs;
        _dropNs += finding.InDrop ? sign * finding.Ns : 0;
        _provisional += finding.Provisional ? sign : 0;
        if (poll.Poll.WaitingTasks is { } waiting)
        {
            _waitingTasks += sign * waiting;
            _waitingKnown += sign;
        }
        if (sign > 0) _durations.Add(finding.Ns);
        else _durations.Remove(finding.Ns);

        Sum(_workers, poll.Poll.Key.Tid, sign, finding.Ns * sign);
        foreach (var (stack, ns) in finding.Weights)
        {
            Sum(_stacks, PlaceOf(stack), sign, ns * sign);
        }
        foreach (var (cause, ns) in finding.Causes) Sum(_causes, cause, ns * sign, int.MaxValue);
        if (finding.Detail is not null) Sum(_details, finding.Detail, finding.Ns * sign, options.MaxDetailsPerBlocker);
        if (finding.TaskType is not null) Sum(_tasks, finding.TaskType, sign, options.MaxDetailsPerBlocker);
        if (finding.Key.Cause == Causes.Lock)
        {
            foreach (var holder in poll.Holders)
            {
                var count = _holders.GetValueOrDefault(holder.Function).Count + sign;
                if (count <= 0) _holders.Remove(holder.Function);
                else if (_holders.ContainsKey(holder.Function) || _holders.Count < options.MaxDetailsPerBlocker) _holders[holder.Function] = (holder, count);
            }
        }
    }

    /// <summary>
    /// The stack itself, or the shared place of those that found no room. Once full, a group takes no new stack: so a stack
    /// is taken out of the place that it was added to.
    /// </summary>
    private StackEntry PlaceOf(StackEntry stack)
    {
        if (_stacks.ContainsKey(stack)) return stack;
        _full |= _stacks.Count >= options.MaxStacksPerBlocker;
        return _full ? _rest.Value : stack;
    }

    private static void Sum<TKey>(Dictionary<TKey, (long Count, long Ns)> sums, TKey key, int count, long ns)
        where TKey : notnull
    {
        var (oldCount, oldNs) = sums.GetValueOrDefault(key);
        if (oldCount + count == 0 && oldNs + ns == 0) sums.Remove(key);
        else sums[key] = (oldCount + count, oldNs + ns);
    }

    private static void Sum(Dictionary<string, long> sums, string key, long value, int capacity)
    {
        if (!sums.TryGetValue(key, out var old) && (sums.Count >= capacity || value < 0)) return;
        if (old + value <= 0) sums.Remove(key);
        else sums[key] = old + value;
    }

    private static IEnumerable<KeyValuePair<string, long>> Top(Dictionary<string, long> sums) =>
        sums.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal);

    private string? DetailText()
    {
        if (Starved) return RanInstead();
        var top = Top(_details).FirstOrDefault().Key;
        return top is null || _details.Count == 1 ? top : $"{top} (and {_details.Count - 1}{(_details.Count >= options.MaxDetailsPerBlocker ? " or more" : "")} {(_details.Count == 2 ? "other" : "others")})";
    }

    /// <summary>Who had the CPU while these polls waited for it, by the time of the polls that mostly waited for each.</summary>
    private string? RanInstead()
    {
        const int Named = 3;
        if (_details.Count == 0) return null;
        var known = _details.Values.Sum();
        return "ran instead: " + string.Join(", ", Top(_details).Take(Named).Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Key} {100.0 * d.Value / known:F0} %")));
    }

    /// <summary>What all stacks of the group have in common, for the time of those that found no room.</summary>
    private static StackEntry Rest(Finding first) =>
        new(first.Call is null ? [first.Culprit] : [first.Call, first.Culprit], true, HashCode.Combine(first.Culprit.Function, first.Call?.Function));
}
