using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hud.Reporting;

namespace Hud.Bench.Reporting;

/// <summary>
/// `hud-bench-report OUT.json`: time, file size and peak memory of each export of an hour with 200 findings a second.
/// Every format runs in a process of its own (`--one NAME FILE`), so that its peak is its own.
/// </summary>
internal static class Program
{
    private const double MaxSeconds = 5, MaxMegabytes = 200;

    public static int Main(string[] args)
    {
        if (args is ["--one", var name, var file])
            return One(name, file);
        if (args is not [var output, ..])
        {
            Console.Error.WriteLine("usage: Hud.Bench.Report OUT.json");
            return 2;
        }

        var results = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var within = true;
        Console.WriteLine($"{"an hour, 200 findings/s",-26}{"s",8}{"MB file",10}{"MB more",10}{"MB peak",10}");
        foreach (var exporter in Exporters.All)
        {
            var target = Path.Combine(Path.GetTempPath(), $"hud-bench-{Environment.ProcessId}{(exporter.Extensions is [var ending, ..] ? ending : ".out")}");
            try
            {
                var (seconds, size, more, peak) = Measure(exporter.Name, target);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{exporter.Name,-26}{seconds,8:0.00}{size,10:0.0}{more,10:0.0}{peak,10:0}"));
                results[$"export.{exporter.Name}.seconds"] = seconds;
                results[$"export.{exporter.Name}.fileMB"] = size;
                results[$"export.{exporter.Name}.memoryMB"] = more;
                results[$"export.{exporter.Name}.peakMB"] = peak;
                within &= seconds <= MaxSeconds && more <= MaxMegabytes && (exporter.Name != "html" || size <= 3);
            }
            finally
            {
                File.Delete(target);
            }
        }

        File.WriteAllText(output, "{" + string.Join(",", results.Select(r => $"\"{JsonEncodedText.Encode(r.Key)}\":{r.Value.ToString("0.####", CultureInfo.InvariantCulture)}")) + "}\n");
        Console.WriteLine(within ? $"all within {MaxSeconds} s and {MaxMegabytes} MB of memory, HTML within 3 MB" : $"OVER: {MaxSeconds} s, {MaxMegabytes} MB of memory or 3 MB of HTML exceeded");
        return within ? 0 : 1;
    }

    private static (double Seconds, double FileMb, double MoreMb, double PeakMb) Measure(string name, string target)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--one", name, target]) { RedirectStandardOutput = true })!;
        var line = child.StandardOutput.ReadToEnd().Split(' ');
        child.WaitForExit();
        double Number(int i) => double.Parse(line[i], CultureInfo.InvariantCulture);
        return (Number(0), new FileInfo(target).Length / 1e6, Number(1), Number(2));
    }

    private static int One(string name, string file)
    {
        var report = HourReport.Create();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var before = Resident("VmRSS:");
        File.WriteAllText("/proc/self/clear_refs", "5");
        var clock = Stopwatch.StartNew();
        ExportTarget.Create(file, name).Write(report, ExportOptions.Default);
        var seconds = clock.Elapsed.TotalSeconds;
        var peak = Resident("VmHWM:");
        GC.KeepAlive(report);
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{seconds} {Math.Max(0, peak - before)} {peak}"));
        return 0;
    }

    /// <summary>Megabytes from /proc/self/status; the high-water mark was reset just before the export.</summary>
    private static double Resident(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
