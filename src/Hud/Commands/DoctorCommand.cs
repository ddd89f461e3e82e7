using System.CommandLine;
using Hud.CommandLine;
using Hud.Target;
using Hud.Tracking;

namespace Hud.Commands;

/// <summary><c>hud doctor [NAME]</c>: every precondition on a line of its own, with what to do where it is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "Process to look at too, by name or id.", Arity = ArgumentArity.ZeroOrOne };
        var pid = new Option<int?>("--pid", "-p") { Description = "Process to look at too, by id.", HelpName = "PID", CustomParser = Numbers.ProcessId };
        var symbols = new Option<string?>("--symbols", "--target") { Description = "Binary or separate debug file to read symbols from.", HelpName = "PATH" };
        var command = new Command("doctor", "Check everything hud needs, of the host and of a process.") { name, pid, symbols };
        command.SetAction(parse => Run(parse.GetValue(name), parse.GetValue(pid), parse.GetValue(symbols)));
        return command;
    }

    private static int Run(string? name, int? pid, string? symbols)
    {
        IReadOnlyList<Finding> findings;
        if (name is null && pid is null)
        {
            findings = Preflight.Run();
        }
        else
        {
            var target = pid is { } id ? TargetProcess.Open(id) : TargetProcess.Find(name!).Single();
            using var modules = new ProcessModules(target, new ModuleOptions { SymbolsPath = symbols });
            Console.Out.WriteLine($"{target.Name} ({target.Pid}): {target.CommandLine}");
            findings = Preflight.Run(modules);
        }
        if (!findings.Any(f => f.Status == FindingStatus.Missing))
            findings = [.. findings, ProgramCheck.Run()];
        var width = findings.Max(f => f.Name.Length);
        foreach (var finding in findings) Write(finding, width);
        return (int)(findings.Any(f => f.Status == FindingStatus.Missing) ? ExitCode.PreconditionMissing : ExitCode.Done);
    }

    private static void Write(Finding finding, int width)
    {
        var (word, colour) = finding.Status switch
        {
            FindingStatus.Ok => ("ok", "32"),
            FindingStatus.Warning => ("warning", "33"),
            _ => ("missing", "31"),
        };
        var shown = Output.Color ? $"\e[{colour}m{word,-7}\e[0m" : $"{word,-7}";
        Console.Out.WriteLine($"{shown}  {finding.Name.PadRight(width)}  {finding.Found}");
        if (finding.Fix is { } fix) Console.Out.WriteLine($"{new string(' ', 11 + width)}→ {fix}");
    }
}
