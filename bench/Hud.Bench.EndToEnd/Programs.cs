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
    private readonly List<(long Ns, long Polls)> _progress = [];

    public Workload(string path, params object[] arguments)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{argument}"));
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data?.Split(' ') is not [var ns, var polls]) return;
            lock (_progress) _progress.Add((long.Parse(ns, CultureInfo.InvariantCulture), long.Parse(polls, CultureInfo.InvariantCulture)));
        };
        _process.BeginOutputReadLine();
    }

    public int Pid => _process.Id;

    /// <summary>Polls a second between two moments; NaN without two reports in between.</summary>
    public double Rate(long fromNs, long toNs)
    {
        lock (_progress)
        {
            var inside = _progress.Where(p => p.Ns >= fromNs && p.Ns <= toNs).ToArray();
            return inside.Length < 2 ? double.NaN : (inside[^1].Polls - inside[0].Polls) * 1e9 / (inside[^1].Ns - inside[0].Ns);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
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
