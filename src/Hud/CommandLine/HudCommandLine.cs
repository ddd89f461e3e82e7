using System.CommandLine;
using Hud.Commands;
using Hud.Target;

namespace Hud.CommandLine;

/// <summary>The command tree, and the one place where errors become exit codes.</summary>
internal static class HudCommandLine
{
    public static int Run(string[] args)
    {
        var parsed = Build().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine($"hud: {error.Message}");
            Console.Error.WriteLine("Try 'hud --help'.");
            return (int)ExitCode.WrongUsage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (HudException e)
        {
            Console.Error.WriteLine($"hud: {e.Line}");
            return (int)e.Code;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"hud: defect in hud {Sessions.Host.Version}: {e.Message}; please report it with these lines");
            Console.Error.WriteLine(e);
            return (int)ExitCode.Failed;
        }
    }

    internal static RootCommand Build()
    {
        var root = new RootCommand("Names the code that blocks a Tokio runtime, how long, why, and what to do. Attaches to a running process and changes nothing in it.")
        {
            AttachCommand.Create(),
            PsCommand.Create(),
            DoctorCommand.Create(),
            DumpCommand.Create(),
            ReportCommand.Create(),
            ViewCommand.Create(),
            DiffCommand.Create(),
            CheckCommand.Create(),
            AgentCommand.Create(),
            CompletionsCommand.Create(),
        };
        AttachCommand.AddTo(root);
        return root;
    }
}
