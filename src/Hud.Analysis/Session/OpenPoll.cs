using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Analysis.Reading;
using Hud.Analysis.Rules;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>
/// The stacks of a poll that has not ended. They stay raw while they are few, because most polls end under the threshold
/// and then nobody pays for unwinding; a long poll's are named as they come, to free the copied bytes.
/// </summary>
internal sealed class OpenPoll(PollKey key, StackTable table, IStackNamer namer, AnalysisOptions options)
{
    private readonly List<StackEvent> _raw = [];
    private readonly List<StackPart> _parts = [];
    private readonly List<Frame> _holders = [];
    private bool _isMissed;

    public PollKey Key { get; } = key;
    public long RawBytes { get; private set; }

    /// <summary>The tracker's last word while the poll lasts.</summary>
    public PollEvent? InProgress
    {
        get;
        set => (field, _isMissed) = (value, false);
    }

    /// <summary>It was not among those in progress. True when it had not been the last time either.</summary>
    public bool IsMissedAgain()
    {
        var again = _isMissed;
        _isMissed = true;
        return again;
    }

    public void Add(StackEvent stack)
    {
        // A snapshot shows where the poll is now; the one before it no longer matters.
        if (stack.Kind == StackKind.Snapshot) RemoveSnapshot();
        _raw.Add(stack);
        RawBytes += stack.UserStack.Length;
        if (_raw.Count > options.MaxRawStacksPerPoll) NameAll();
    }

    /// <summary>Names what is still raw and returns the poll with all its parts; may be called again as more arrives.</summary>
    public ObservedPoll Observe(PollEvent poll)
    {
        NameAll();
        var parts = _parts.ToArray();
        Array.Sort(parts, Compare);
        return new ObservedPoll(poll, parts, _holders.Count == 0 ? [] : [.. _holders]);
    }

    /// <summary>Names the raw stacks and lets their bytes go.</summary>
    public void NameAll()
    {
        foreach (var stack in _raw) Name(stack);
        _raw.Clear();
        RawBytes = 0;
    }

    private void RemoveSnapshot()
    {
        var raw = _raw.FindIndex(s => s.Kind == StackKind.Snapshot);
        if (raw >= 0)
        {
            RawBytes -= _raw[raw].UserStack.Length;
            _raw.RemoveAt(raw);
        }
        _parts.RemoveAll(p => p.Kind == StackKind.Snapshot);
    }

    private void Name(StackEvent stack)
    {
        var named = namer.Name(stack);
        var entry = table.Intern(named.Frames, named.CutReason is not null);
        if (stack.Kind == StackKind.Waker)
        {
            if (_holders.Count < options.MaxStacksPerPoll && Wakers.IsHolder(named.Frames, options.SyscallName(stack.Syscall))) _holders.Add(Holders.Of(entry.Frames, entry.Reading));
            return;
        }

        var asleep = stack.Kind == StackKind.Asleep || (stack.Kind == StackKind.Snapshot && Wakers.IsAsleep(named.Frames));
        var (cause, detail) = stack.Kind == StackKind.RunQueue
            ? new CauseVerdict(Causes.Cpu, stack.Detail)
            : CauseRules.Classify(Evidence.From(stack, named.Frames, asleep, options.SyscallName));
        Merge(new StackPart(entry, stack.Kind, asleep, cause, detail, stack.DurationNs, 1));
    }

    private void Merge(StackPart part)
    {
        var room = _parts.Count < options.MaxStacksPerPoll;
        for (var i = 0; i < _parts.Count; i++)
        {
            var known = _parts[i];
            if (known.Kind != part.Kind || known.Asleep != part.Asleep || known.Cause != part.Cause) continue;
            if (!room || (known.Detail == part.Detail && known.Stack.Equals(part.Stack)))
            {
                _parts[i] = known with { Ns = known.Ns + part.Ns, Samples = known.Samples + part.Samples };
                return;
            }
        }
        // Beyond the cap a part of a new kind or cause still gets in, so that no cause is lost: there are few of them.
        _parts.Add(part);
    }

    /// <summary>An order that does not depend on the order of arrival, so that ties are settled the same way every time.</summary>
    private static int Compare(StackPart a, StackPart b)
    {
        var order = a.Kind.CompareTo(b.Kind);
        if (order == 0) order = b.Ns.CompareTo(a.Ns);
        if (order == 0) order = b.Samples.CompareTo(a.Samples);
        if (order == 0) order = string.CompareOrdinal(a.Cause, b.Cause);
        if (order == 0) order = string.CompareOrdinal(a.Detail, b.Detail);
        var depth = Math.Min(a.Stack.Frames.Count, b.Stack.Frames.Count);
        for (var i = 0; i < depth && order == 0; i++)
        {
            order = string.CompareOrdinal(a.Stack.Frames[i].Function, b.Stack.Frames[i].Function);
            if (order == 0) order = Nullable.Compare(a.Stack.Frames[i].Line, b.Stack.Frames[i].Line);
        }
        return order != 0 ? order : a.Stack.Frames.Count.CompareTo(b.Stack.Frames.Count);
    }
}
