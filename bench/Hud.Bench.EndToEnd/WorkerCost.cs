using System.Diagnostics;
using System.Text.Json;

namespace Hud.Bench.EndToEnd;

/// <summary>
/// What hud costs a worker that makes millions of polls a second: BPF time from the kernel's own statistics, and the
/// throughput with and without hud in alternating pairs.
/// </summary>
internal static class WorkerCost
{
    private const int Pairs = 15;
    private const double Seconds = 1.6;

    public static IEnumerable<Row> Measure(string hud, string polls)
    {
        using var target = new Workload(polls, 1, 4, 180);
        Thread.Sleep(500);
        var (share, ratios, rates) = (new List<double>(), new List<double>(), new List<double>());
        var perRun = new Dictionary<string, List<double>>();
        for (var pair = 0; pair < Pairs; pair++)
        {
            var aloneFrom = Clock.NowNs;
            Thread.Sleep(900);
            var aloneTo = Clock.NowNs;
            using var run = new HudRun(hud, target.Pid, Seconds);
            Thread.Sleep(1450);
            foreach (var (program, ns) in ProgramCosts())
            {
                if (!perRun.TryGetValue(program, out var values)) perRun[program] = values = [];
                values.Add(ns);
            }
            using var report = run.Report();
            var session = report.RootElement.GetProperty("session");
            var from = session.GetProperty("startNs").GetInt64();
            var duration = session.GetProperty("durationNs").GetInt64();
            // The first part holds the probes of calibration, which cost more and are gone after it.
            var (with, without) = (target.Rate(from + (duration / 3), from + duration), target.Rate(aloneFrom, aloneTo));
            ratios.Add(with / without);
            rates.Add(without / 1e6);
            share.Add(100.0 * session.GetProperty("overhead").GetProperty("bpfNs").GetInt64() / duration);
        }
        yield return Row.Of("polls a second of that worker, without hud", "million", rates, "≥ 1");
        yield return Row.Of("BPF time over wall time, one busy worker", "%", share, "≤ 0.3", "the session's start included");
        yield return Row.Of("throughput with hud over without", "ratio", ratios.Where(double.IsFinite), "1.00 within the spread");
        foreach (var (program, values) in perRun.OrderBy(p => p.Key, StringComparer.Ordinal))
            yield return Row.Of($"one run of BPF program {program}", "µs", values, program.Contains("sample") ? "≤ 1.5" : program.Contains("switch") ? "≤ 0.7" : "–");
    }

    /// <summary>Mean run time by program name, from the kernel's statistics (hud turns them on while it runs).</summary>
    private static IEnumerable<(string Program, double Us)> ProgramCosts()
    {
        var start = new ProcessStartInfo("bpftool") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-j");
        start.ArgumentList.Add("prog");
        start.ArgumentList.Add("show");
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        using var programs = JsonDocument.Parse(text);
        foreach (var program in programs.RootElement.EnumerateArray())
        {
            if (program.TryGetProperty("run_cnt", out var runs) && runs.GetInt64() > 100
                && program.TryGetProperty("run_time_ns", out var time) && program.TryGetProperty("name", out var name))
                yield return (name.GetString()!, time.GetInt64() / 1000.0 / runs.GetInt64());
        }
    }
}
