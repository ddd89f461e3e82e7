using Hud.Analysis.Model;
using Hud.Analysis.Reading;
using Hud.Tracking.Events;

namespace Hud.Analysis.Session;

/// <summary>
/// Decides what a poll is (blocker, starved, nothing), whom it is put down to and how its time spreads over its stacks.
/// A pure function of the poll, the threshold and the stacks known so far.
/// </summary>
internal sealed class PollJudge(StackTable stacks)
{
    /// <summary>Whoever else the host of the virtual machine gave the CPU to.</summary>
    private const string Hypervisor = "the hypervisor";

    /// <summary>A part with the time it stands for.</summary>
    private readonly record struct Weighted(StackPart Part, long Ns);

    /// <summary>Null: under the threshold, or a legal wait.</summary>
    public Finding? Judge(ObservedPoll observed, long thresholdNs)
    {
        var blocker = observed.OwnNs >= thresholdNs;
        if (!blocker && observed.WallNs < thresholdNs) return null;

        var weighted = Weigh(observed);
        if (IsMostly(weighted, p => p.Stack.Reading.Legal != LegalSection.None)) return null;
        if (observed.Poll.Unproven && !IsMostly(weighted, p => p.Stack.Reading.Place == WaitPlace.Poll)) return null;
        return blocker ? Blocker(observed, weighted) : Starved(observed, weighted);
    }

    /// <summary>
    /// Asleep stacks carry their own time, scaled to what the tracker measured in total; a snapshot stands for sleep that
    /// has not ended. On-CPU stacks share the on-CPU time equally; without any, where it was preempted serves, else where it slept.
    /// </summary>
    private static List<Weighted> Weigh(ObservedPoll observed)
    {
        var poll = observed.Poll;
        var context = new PollContext(observed.Parts, poll.StartedChild);
        var asleep = observed.Parts.Where(p => p.Kind == StackKind.Asleep).Select(context.Apply).ToList();
        var uncovered = poll.AsleepNs - asleep.Sum(p => p.Ns);
        if (uncovered > poll.AsleepNs / 10 && observed.Parts.LastOrDefault(p => p is { Kind: StackKind.Snapshot, Asleep: true }) is { Stack: not null } now)
        {
            asleep.Add(now with { Ns = uncovered });
        }

        var onCpu = observed.Parts.Where(p => p.Kind == StackKind.OnCpu).Select(context.Apply).ToList();
        if (onCpu.Count == 0) onCpu = [.. observed.Parts.Where(p => p is { Kind: StackKind.Snapshot, Asleep: false })];
        if (onCpu.Count == 0 && poll.OnCpuNs > poll.AsleepNs) onCpu = [.. observed.Parts.Where(p => p.Kind == StackKind.RunQueue).Select(p => p with { Detail = null })];

        var weighted = new List<Weighted>(asleep.Count + onCpu.Count);
        Spread(weighted, asleep.Count > 0 ? asleep : onCpu, poll.AsleepNs, static p => p.Ns);
        Spread(weighted, onCpu.Count > 0 ? onCpu : asleep, poll.OnCpuNs, static p => p.Kind == StackKind.Asleep ? p.Ns : p.Samples);
        return weighted;
    }

    private static void Spread(List<Weighted> into, List<StackPart> parts, long total, Func<StackPart, long> weight)
    {
        var shares = Shares.Of(total, parts.Select(weight).ToArray());
        for (var i = 0; i < parts.Count; i++)
        {
            if (shares[i] > 0) into.Add(new Weighted(parts[i], shares[i]));
        }
    }

    private static bool IsMostly(List<Weighted> weighted, Func<StackPart, bool> what)
    {
        long such = 0, all = 0;
        foreach (var (part, ns) in weighted)
        {
            all += ns;
            if (what(part)) such += ns;
        }
        return such > all / 2;
    }

    private Finding Blocker(ObservedPoll observed, List<Weighted> weighted)
    {
        var causes = CausesOf(observed, weighted);
        var cause = causes.Count > 0 ? causes[0].Cause : Causes.Cpu;
        var voters = weighted.Where(w => w.Part.Cause == cause).ToList();
        var witnessed = voters.Count > 0;
        var (culprit, call, stack, provisional) = Accuse(witnessed ? voters : weighted, cause, observed);
        // The stacks of its sleeps say where the poll was, but not what it called while it ran.
        if (!witnessed) call = null;
        return new Finding
        {
            Key = new GroupKey(culprit.Function, call?.Function, cause),
            Starved = false,
            Culprit = culprit,
            Call = call,
            TaskType = TaskOf(stack, weighted),
            Detail = HeaviestDetail(voters),
            Ns = observed.OwnNs,
            Weights = Merge(weighted, observed.OwnNs),
            Causes = causes,
            Provisional = provisional,
            InDrop = voters.Sum(v => v.Part.Stack.Reading.InDrop ? v.Ns : -v.Ns) > 0,
        };
    }

    private Finding Starved(ObservedPoll observed, List<Weighted> weighted)
    {
        // What it was doing when it lost the CPU says most about a starved poll.
        var parts = observed.Parts.Where(p => p.Kind == StackKind.RunQueue).ToList();
        var preempted = new List<Weighted>();
        Spread(preempted, parts, observed.Poll.RunQueueNs, static p => p.Ns);
        var voters = preempted.Count > 0 ? preempted : weighted;
        var (culprit, _, stack, provisional) = Accuse(voters, Causes.CpuStarved, observed);
        var all = new List<Weighted>(weighted);
        all.AddRange(preempted);
        return new Finding
        {
            Key = new GroupKey(culprit.Function, null, Causes.CpuStarved),
            Starved = true,
            Culprit = culprit,
            TaskType = TaskOf(stack, all),
            Detail = observed.Poll.StolenNs > observed.Poll.RunQueueNs / 2 ? Hypervisor : HeaviestDetail(preempted),
            Ns = observed.WallNs,
            Weights = Merge(all, observed.WallNs),
            Causes = [(Causes.CpuStarved, observed.WallNs)],
            Provisional = provisional,
        };
    }

    /// <summary>
    /// Own time by cause, most first. CPU time of which no stack was taken is <c>cpu</c>, unless the poll slept longer; where
    /// there are no stacks at all, sleep is <c>other</c>.
    /// </summary>
    private static List<(string Cause, long Ns)> CausesOf(ObservedPoll observed, List<Weighted> weighted)
    {
        var byCause = new Dictionary<string, long>();
        foreach (var (part, ns) in weighted) byCause[part.Cause] = byCause.GetValueOrDefault(part.Cause) + ns;

        var cpuSeen = observed.Parts.Any(p => p.Kind == StackKind.OnCpu || p is { Kind: StackKind.Snapshot, Asleep: false });
        if (weighted.Count == 0 || (!cpuSeen && observed.Poll.OnCpuNs > observed.Poll.AsleepNs))
        {
            byCause.Clear();
            foreach (var part in weighted.Where(w => w.Part.Kind == StackKind.Asleep)) byCause[part.Part.Cause] = 0;
            var names = byCause.Keys.ToArray();
            var slept = names.Select(n => observed.Parts.Where(p => p.Kind == StackKind.Asleep && p.Cause == n).Sum(p => p.Ns)).ToArray();
            var shares = Shares.Of(names.Length > 0 ? observed.Poll.AsleepNs : 0, slept);
            for (var i = 0; i < names.Length; i++) byCause[names[i]] = shares[i];
            var unseenSleep = names.Length > 0 ? 0 : observed.Poll.AsleepNs;
            var rest = observed.OwnNs - shares.Sum() - unseenSleep;
            byCause[Causes.Cpu] = byCause.GetValueOrDefault(Causes.Cpu) + rest;
            byCause[Causes.Other] = byCause.GetValueOrDefault(Causes.Other) + unseenSleep;
        }
        return [.. byCause.Where(c => c.Value > 0).Select(c => (c.Key, c.Value)).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)];
    }

    /// <summary>The culprit and call that hold most of the voters' time. Stacks cut off before any user frame vote only if nothing better does.</summary>
    private (Frame Culprit, Frame? Call, StackEntry? Stack, bool Provisional) Accuse(List<Weighted> voters, string cause, ObservedPoll observed)
    {
        var sound = voters.Where(w => !w.Part.Stack.CulpritMissing).ToList();
        var provisional = sound.Count == 0 && voters.Count > 0;
        if (provisional)
        {
            // Other stacks of the same poll, then whole stacks that the cut one is the inner part of.
            var whole = observed.Parts.Select(p => p.Stack).FirstOrDefault(s => s.Reading.HasUserFrame && voters.Any(v => stacks.Completions(v.Part.Stack).Contains(s)))
                ?? voters.OrderByDescending(v => v.Ns).Select(v => Completion(v.Part.Stack)).FirstOrDefault(s => s is not null);
            if (whole is not null) return (whole.Reading.Culprit, CallFor(whole.Reading, cause), whole, false);
            sound = voters;
        }
        if (sound.Count == 0) return (StackReader.NoStack, null, null, false);

        var (top, _) = Heaviest(sound, w => w.Part.Stack.Reading.Culprit.Function);
        var (call, share) = Heaviest(top, w => CallFor(w.Part.Stack.Reading, cause)?.Function);
        var best = call.MaxBy(w => w.Ns);
        var reading = best.Part.Stack.Reading;

        // CPU time spreads over many callees; one is named only when it holds most of it.
        var named = cause != Causes.Cpu || share * 2 > top.Sum(w => w.Ns);
        return (reading.Culprit, named ? CallFor(reading, cause) : null, best.Part.Stack, provisional);
    }

    private StackEntry? Completion(StackEntry cut)
    {
        StackEntry? found = null;
        foreach (var whole in stacks.Completions(cut))
        {
            if (found is not null && whole.Reading.Culprit.Function != found.Reading.Culprit.Function) return null;
            found ??= whole;
        }
        return found;
    }

    private static Frame? CallFor(StackReading reading, string cause) => cause is Causes.Cpu or Causes.CpuStarved ? reading.CpuCall : reading.Call;

    /// <summary>The members of the group that weighs most; the first in order of names among equals.</summary>
    private static (List<Weighted> Members, long Ns) Heaviest(List<Weighted> voters, Func<Weighted, string?> by) =>
        voters.GroupBy(by)
            .Select(g => (Key: g.Key ?? "", Members: g.ToList(), Ns: g.Sum(w => w.Ns)))
            .OrderByDescending(g => g.Ns).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Members, g.Ns))
            .First();

    private static string? TaskOf(StackEntry? stack, List<Weighted> weighted) =>
        stack?.Reading.TaskType ?? weighted.Select(w => w.Part.Stack.Reading.TaskType).FirstOrDefault(t => t is not null);

    private static string? HeaviestDetail(List<Weighted> voters) =>
        voters.Where(v => v.Part.Detail is not null)
            .GroupBy(v => v.Part.Detail)
            .OrderByDescending(g => g.Sum(v => v.Ns)).ThenBy(g => g.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;

    /// <summary>One weight a stack, adding up to <paramref name="total"/>; a poll without stacks has none of its own, so it gets an empty one.</summary>
    private static List<(StackEntry Stack, long Ns)> Merge(List<Weighted> weighted, long total)
    {
        var merged = new Dictionary<StackEntry, long>();
        foreach (var (part, ns) in weighted) merged[part.Stack] = merged.GetValueOrDefault(part.Stack) + ns;
        if (merged.Count == 0) return [(NoStackEntry, total)];

        var entries = merged.ToArray();
        var shares = Shares.Of(total, entries.Select(e => e.Value).ToArray());
        return [.. entries.Select((e, i) => (e.Key, shares[i])).OrderByDescending(e => e.Item2)];
    }

    private static StackEntry NoStackEntry { get; } = new([StackReader.NoStack], true, 0);
}
