namespace Hud.Bench.EndToEnd;

/// <summary>hud's own CPU and memory at about 100 findings a second, the start taken out by a difference of two sessions.</summary>
internal static class OwnCost
{
    private const int Runs = 3;

    public static IEnumerable<Row> Measure(string hud, string blocks)
    {
        using var target = new Workload(blocks, 100, 6, 240);
        Thread.Sleep(500);
        var (cpu, shortRss, longRss, perSecond) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            var (brief, lengthy) = (Session(hud, target.Pid, 3), Session(hud, target.Pid, 15));
            cpu.Add(100 * (lengthy.CpuNs - brief.CpuNs) / (lengthy.WallNs - brief.WallNs));
            perSecond.Add(lengthy.Findings / (lengthy.WallNs / 1e9));
            shortRss.Add(brief.Rss);
            longRss.Add(lengthy.Rss);
        }
        yield return Row.Of("findings a second", "1/s", perSecond, "100");
        yield return Row.Of("hud's own CPU at that rate", "% of core", cpu, "≤ 2");
        yield return Row.Of("hud's peak memory after 3 s", "MB", shortRss, "≤ 100");
        yield return Row.Of("hud's peak memory after 15 s", "MB", longRss, "≤ 100 and flat");
    }

    private static (double CpuNs, double WallNs, double Rss, double Findings) Session(string hud, int pid, double seconds)
    {
        using var run = new HudRun(hud, pid, seconds);
        using var report = run.Report();
        var session = report.RootElement.GetProperty("session");
        var overhead = session.GetProperty("overhead");
        return (overhead.GetProperty("ownCpuNs").GetDouble(), session.GetProperty("durationNs").GetDouble(),
            overhead.GetProperty("peakRssBytes").GetDouble() / 1e6, report.RootElement.GetProperty("events").GetArrayLength());
    }
}
