namespace Hud.Bench.EndToEnd;

/// <summary>
/// What hud costs a program whose threads wait for each other all the time, as those of a network server do: CPU time of each
/// poll and the polls a second, with hud over without in alternating pairs. The session's first 1.2 s are left out.
/// </summary>
internal static class SwitchCost
{
    private const int Pairs = 15;
    private const double Seconds = 2.4;
    private const long WindowMs = 1000;

    public static IEnumerable<Row> Measure(string hud, string polls)
    {
        using var target = new Workload(polls, 1, 1, 180, 0, "threads");
        Thread.Sleep(500);
        var (rates, cpu, throughput, bpf) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            var from = Clock.NowNs;
            Thread.Sleep((int)WindowMs);
            var to = Clock.NowNs;
            using var run = new HudRun(hud, target.Pid, Seconds);
            using var report = run.Report();
            var session = report.RootElement.GetProperty("session");
            var duration = session.GetProperty("durationNs").GetInt64();
            var end = session.GetProperty("startNs").GetInt64() + duration;
            var (with, without) = (target.Rate(end - (WindowMs * 1_000_000), end), target.Rate(from, to));
            rates.Add(without / 1e3);
            cpu.Add(target.CpuNsPerPoll(end - (WindowMs * 1_000_000), end) / target.CpuNsPerPoll(from, to));
            throughput.Add(with / without);
            bpf.Add(session.GetProperty("overhead").GetProperty("bpfNs").GetDouble() / duration * 1e6 / with);
        }
        yield return Row.Of("polls a second that each wait for a thread, without hud", "thousand", rates, "–");
        yield return Row.Of("  CPU time a poll with hud over without", "ratio", cpu.Where(double.IsFinite), "–");
        yield return Row.Of("  polls a second with hud over without", "ratio", throughput.Where(double.IsFinite), "–");
        yield return Row.Of("  BPF a poll, by the kernel's statistics", "µs", bpf.Where(double.IsFinite), "–");
    }
}
