using System.CommandLine;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud ps</c>: the Tokio processes of this host.</summary>
internal static class PsCommand
{
    public static Command Create()
    {
        var command = new Command("ps", "List the Tokio processes of this host: version, runtimes, workers, the tracker that would serve.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var rows = new List<string[]> { (string[])["PID", "NAME", "TOKIO", "RUNTIMES", "WORKERS", "TRACKER"] };
        foreach (var process in new TokioProcesses().List())
        {
            rows.Add(
            [
                $"{process.Process.Pid}",
                Printable(process.Process.Name),
                string.Join(", ", process.Versions.Select(v => v ?? "1.x").Distinct()),
                process.Runtimes is { } runtimes ? Runtimes(runtimes) + (process.IsPartial ? ", ?" : "") : "?",
                process.Workers is { } workers ? $"{workers}{(process.IsPartial ? "+" : "")}" : "?",
                $"{process.Forecast.Tracker} ({process.Forecast.Reason})",
            ]);
        }
        if (rows.Count == 1)
        {
            Output.Progress("no Tokio process was found among those that may be looked at");
            return (int)ExitCode.Done;
        }
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length)).ToArray();
        foreach (var row in rows)
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        return (int)ExitCode.Done;
    }

    private static string Runtimes(IReadOnlyList<RunningRuntime> runtimes) =>
        runtimes.Count == 0 ? "none now" : string.Join(", ", runtimes.GroupBy(r => r.Kind).Select(g => g.Count() == 1 ? g.Key : $"{g.Count()} {g.Key}"));

    /// <summary>A process chooses its name freely; none of it may reach the terminal as a control sequence.</summary>
    private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
}
