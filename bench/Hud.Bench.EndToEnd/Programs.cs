using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hud.Bench.EndToEnd;

/// <summary>CLOCK_MONOTONIC, the clock of hud's reports and of the workloads.</summary>
internal static class Clock
{
    public static long NowNs => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}

/// <summary>A program that runs beside hud and is ended, by id, with this object.</summary>
internal sealed class Workload : IDisposable
{
    private readonly Process _process;
    private readonly List<Progress> _progress = [];

    public Workload(string path, params object[] arguments)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{argument}"));
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data?.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray() is not [var ns, var polls, var cpuNs]) return;
            lock (_progress) _progress.Add(new(ns, polls, cpuNs));
        };
        _process.BeginOutputReadLine();
    }

    public int Pid => _process.Id;

    /// <summary>Polls a second between two moments; NaN without two reports in between.</summary>
    public double Rate(long fromNs, long toNs) => Between(fromNs, toNs) is { } p ? p.Polls * 1e9 / p.Ns : double.NaN;

    /// <summary>CPU time of the whole program for each poll between two moments, nanoseconds.</summary>
    public double CpuNsPerPoll(long fromNs, long toNs) => Between(fromNs, toNs) is { Polls: > 0 } p ? (double)p.CpuNs / p.Polls : double.NaN;

    /// <summary>What passed between two moments; null without two reports in between.</summary>
    public Progress? Between(long fromNs, long toNs)
    {
        lock (_progress)
        {
            var inside = _progress.Where(p => p.Ns >= fromNs && p.Ns <= toNs).ToArray();
            return inside.Length < 2 ? null : new(inside[^1].Ns - inside[0].Ns, inside[^1].Polls - inside[0].Polls, inside[^1].CpuNs - inside[0].CpuNs);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>Time, polls and CPU time, since a program began or between two moments.</summary>
internal sealed record Progress(long Ns, long Polls, long CpuNs)
{
    public Progress Plus(Progress other) => new(Ns + other.Ns, Polls + other.Polls, CpuNs + other.CpuNs);
}

/// <summary>One headless session of hud.</summary>
internal sealed class HudRun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    public HudRun(string hud, int pid, double seconds, params string[] more)
    {
        var start = new ProcessStartInfo(hud) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["--pid", pid.ToString(CultureInfo.InvariantCulture), "--headless", "--json",
                     "--duration", seconds.ToString(CultureInfo.InvariantCulture), .. more])
            start.ArgumentList.Add(argument);
        StartedNs = Clock.NowNs;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public long StartedNs { get; }

    public JsonDocument Report()
    {
        _process.WaitForExit();
        return JsonDocument.Parse(_output.GetAwaiter().GetResult());
    }

    public void Dispose() => _process.Dispose();
}
