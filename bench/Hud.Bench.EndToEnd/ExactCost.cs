namespace Hud.Bench.EndToEnd;

/// <summary>
/// What the exact tracker costs for each poll, beside probes on the same functions that do nothing; and what schedule
/// delays add for each wake. CPU time of the program over its polls, each round against the same round without probes.
/// </summary>
internal static class ExactCost
{
    private const int Rounds = 9;
    private const int WindowMs = 400;

    public static IEnumerable<Row> Measure(string hud, string polls) => Polls(hud, polls).Concat(Wakes(hud, polls));

    /// <summary>Tasks that yield: no wakes.</summary>
    private static IEnumerable<Row> Polls(string hud, string polls)
    {
        using var target = new Workload(polls, 1, 4, 240);
        Thread.Sleep(500);
        var (none, entry, both, exact, programs) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var alone = Window(target);
            none.Add(alone);
            entry.Add(Probed(target, atReturn: false) - alone);
            both.Add(Probed(target, atReturn: true) - alone);
            var (withHud, bpf) = Exact(hud, target, hitsPerPoll: 2, "off");
            exact.Add(withHud - alone);
            programs.Add(bpf);
        }
        yield return Row.Of("a poll of an empty task, no probe", "ns", none, "–");
        yield return Row.Of("  a bare uprobe at its entry adds", "ns", entry, "–");
        yield return Row.Of("  bare probes at its entry and return add", "ns", both, "–");
        yield return Row.Of("  the exact tracker adds, without schedule delay", "ns", exact, "–");
        yield return Row.Of("  BPF alone, by the kernel's statistics", "ns", programs, "–");
    }

    /// <summary>Tasks that wake each other: a wake for each poll.</summary>
    private static IEnumerable<Row> Wakes(string hud, string polls)
    {
        using var target = new Workload(polls, 1, 4, 240, 0, "wakes");
        Thread.Sleep(500);
        var (none, without, with, adds, programs) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var alone = Window(target);
            var (off, bpfOff) = Exact(hud, target, hitsPerPoll: 2, "off");
            var (on, bpfOn) = Exact(hud, target, hitsPerPoll: 3, "on");
            none.Add(alone);
            without.Add(off - alone);
            with.Add(on - alone);
            adds.Add((on - off) / (off - alone));
            programs.Add(bpfOn - bpfOff);
        }
        yield return Row.Of("a poll that another task woke, no probe", "ns", none, "–");
        yield return Row.Of("  the exact tracker adds, without schedule delay", "ns", without, "–");
        yield return Row.Of("  the exact tracker adds, with schedule delay", "ns", with, "–");
        yield return Row.Of("  schedule delay over the exact tracker without", "ratio", adds, "about 0.5");
        yield return Row.Of("  BPF for schedule delay, by the kernel's statistics", "ns", programs, "–");
    }

    private static double Window(Workload target)
    {
        var from = Clock.NowNs;
        Thread.Sleep(WindowMs);
        return target.CpuNsPerPoll(from, Clock.NowNs);
    }

    private static double Probed(Workload target, bool atReturn)
    {
        using var probes = new BareProbes(target.Pid, atReturn);
        Thread.Sleep(50);
        return Window(target);
    }

    /// <summary>CPU time and BPF time for each poll, nanoseconds; the start of the session, with its probes of calibration, left out of the first.</summary>
    private static (double CpuNs, double BpfNs) Exact(string hud, Workload target, int hitsPerPoll, string delays)
    {
        using var run = new HudRun(hud, target.Pid, 1.8, "--tracker", "exact", "--schedule-delay", delays);
        using var report = run.Report();
        var session = report.RootElement.GetProperty("session");
        var overhead = session.GetProperty("overhead");
        var end = session.GetProperty("startNs").GetInt64() + session.GetProperty("durationNs").GetInt64();
        return (target.CpuNsPerPoll(end - (WindowMs * 1_000_000), end), hitsPerPoll * overhead.GetProperty("bpfNs").GetDouble() / overhead.GetProperty("probeHits").GetDouble());
    }
}
