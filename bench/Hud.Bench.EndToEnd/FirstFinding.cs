namespace Hud.Bench.EndToEnd;

/// <summary>From the start of hud to the end of the first blocking poll that it reports.</summary>
internal static class FirstFinding
{
    private const int Runs = 9;

    /// <summary>A finding every 10 ms, so that waiting for one is a small part of the figure.</summary>
    public static IEnumerable<Row> Measure(string hud, string what, string program, double goalMs)
    {
        using var target = new Workload(program, 100, 6, 120);
        Thread.Sleep(500);
        return [Attach(hud, what, target.Pid, goalMs)];
    }

    /// <summary>The demo server under its load: some sixty requests a second, of which every seventh or so is planted to block.</summary>
    public static IEnumerable<Row> MeasureDemo(string hud, string build, string directory, double goalMs)
    {
        using var demo = new DemoServer(Path.Combine(directory, build));
        Thread.Sleep(1000);
        return [Attach(hud, $"demo, {build} build", demo.Pid, goalMs)];
    }

    private static Row Attach(string hud, string what, int pid, double goalMs)
    {
        var times = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            using var run = new HudRun(hud, pid, 2.5);
            using var report = run.Report();
            var ends = report.RootElement.GetProperty("events").EnumerateArray()
                .Select(e => e.GetProperty("startNs").GetInt64() + e.GetProperty("durationNs").GetInt64()).ToArray();
            if (ends.Length > 0) times.Add((ends.Min() - run.StartedNs) / 1e6);
        }
        return Row.Of($"start to first finding, {what}", "ms", times, $"≤ {goalMs}", times.Count < Runs ? $"{Runs - times.Count} runs found nothing" : null);
    }
}
