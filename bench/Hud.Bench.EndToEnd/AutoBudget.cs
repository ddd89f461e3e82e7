namespace Hud.Bench.EndToEnd;

/// <summary>
/// Whether `--tracker auto` keeps to `--max-overhead` (1 % as it comes), at a thousand to a million polls a second: in a
/// program whose workers give the layout away, in one whose current_thread runtime does, and in one with a LocalSet on a
/// thread that is no worker, where only probes see polls. Shares are of one CPU, from the start of hud to the end of its
/// session, against the program alone before it and after.
/// </summary>
internal static class AutoBudget
{
    private const int Pairs = 5;
    private const double Seconds = 3;
    private const double AloneMs = 1000;

    private static readonly (string Name, int PerSecond)[] Rates = [("1 k", 1_000), ("100 k", 100_000), ("1 M", 1_000_000)];

    private static readonly (string Argument, string Name)[] Places = [("workers", "workers"), ("current", "current_thread"), ("local", "LocalSet on no worker")];

    public static IEnumerable<Row> Measure(string hud, string polls) =>
        Places.SelectMany(place => Rates.SelectMany(rate => Pair(hud, polls, place.Argument, $"{rate.Name} polls/s, {place.Name}", rate.PerSecond)))
            .Concat(Rise(hud, polls));

    private static IEnumerable<Row> Pair(string hud, string polls, string place, string name, int perSecond)
    {
        using var target = new Workload(polls, 1, 4, 120, perSecond, place);
        Thread.Sleep(500);
        var figures = new Figures();
        for (var pair = 0; pair < Pairs; pair++)
            figures.Session(hud, target, Seconds, null);
        return figures.Rows(name);
    }

    /// <summary>From a thousand to a million polls a second in the middle of a session.</summary>
    private static IEnumerable<Row> Rise(string hud, string polls)
    {
        var figures = new Figures();
        for (var i = 0; i < 2; i++)
        {
            using var target = new Workload(polls, 1, 4, 14, 1_000, "local", 1_000_000);
            // The same beside it without hud, to hold it against.
            using var reference = new Workload(polls, 1, 4, 14, 1_000, "local", 1_000_000);
            Thread.Sleep(2000);
            figures.Session(hud, target, 10, reference);
        }
        return figures.Rows("1 k, then 1 M polls/s, LocalSet on no worker");
    }

    private sealed class Figures
    {
        private readonly List<double> _added = [], _addedLater = [], _ofOwn = [], _bpf = [], _reckoned = [], _samples = [];
        private readonly HashSet<string> _said = [];

        /// <param name="reference">The same program without hud; null where <paramref name="target"/> itself is, before and after.</param>
        public void Session(string hud, Workload target, double seconds, Workload? reference)
        {
            var before = reference is null ? Alone(target) : null;
            using var run = new HudRun(hud, target.Pid, seconds);
            using var report = run.Report();
            var end = Clock.NowNs;
            var after = reference is null ? Alone(target) : null;
            var session = report.RootElement.GetProperty("session");
            var with = target.Between(run.StartedNs, end);
            var alone = before is not null && after is not null ? before.Plus(after) : reference?.Between(run.StartedNs, end);
            var later = target.Between(end - (long)(seconds * 0.5e9), end);
            var aloneLater = reference?.Between(end - (long)(seconds * 0.5e9), end) ?? alone;
            if (with is null || later is null || alone is null || aloneLater is null) return;
            _added.Add(100 * Added(with, alone) / with.Ns);
            _addedLater.Add(100 * Added(later, aloneLater) / later.Ns);
            _ofOwn.Add(100 * Added(later, aloneLater) / (later.CpuNs - Added(later, aloneLater)));
            var overhead = session.GetProperty("overhead");
            _bpf.Add(100.0 * overhead.GetProperty("bpfNs").GetInt64() / with.Ns);
            _reckoned.Add(100.0 * (overhead.GetProperty("bpfNs").GetInt64() + overhead.GetProperty("probeNs").GetInt64()) / with.Ns);
            _samples.Add(100.0 * overhead.GetProperty("sampleNs").GetInt64() / with.Ns);
            _said.Add($"{session.GetProperty("tracker").GetString()}: {session.GetProperty("trackerReason").GetString()}");
        }

        private static Progress? Alone(Workload target)
        {
            // What hud leaves behind when it ends is not the program alone.
            Thread.Sleep(200);
            var from = Clock.NowNs;
            Thread.Sleep((int)AloneMs);
            return target.Between(from, Clock.NowNs);
        }

        /// <summary>CPU time beyond what as many polls take without hud.</summary>
        private static double Added(Progress with, Progress alone) => with.CpuNs - ((double)alone.CpuNs / alone.Polls * with.Polls);

        public IEnumerable<Row> Rows(string name) =>
        [
            Row.Of($"auto, {name}: CPU added, with hud's start", "% of a CPU", _added, "≤ 1", string.Join(" | ", _said)),
            Row.Of("  CPU added in the second half", "% of a CPU", _addedLater, "≤ 1"),
            Row.Of("  the same over the program's own CPU time", "%", _ofOwn, "–"),
            Row.Of("  BPF, by the kernel's statistics", "% of a CPU", _bpf, "≤ 1"),
            Row.Of("  BPF and probes, as hud reckons", "% of a CPU", _reckoned, "≤ 1"),
            Row.Of("  samples' interrupts, the tracker's own included, as hud reckons", "% of a CPU", _samples, "–"),
        ];
    }
}
