using System.CommandLine;
using Hud.CommandLine;
using Hud.Sessions;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud NAME</c> and <c>hud attach NAME</c>: a session, in the live view or headless.</summary>
internal static class AttachCommand
{
    public static Command Create()
    {
        var command = new Command("attach", "Attach to a process (the same as without a command, for processes called like one).");
        AddTo(command);
        return command;
    }

    public static void AddTo(Command command)
    {
        var options = new SessionOptions();
        options.AddTo(command);
        command.SetAction(parse => Run(parse, options));
    }

    private static int Run(ParseResult parse, SessionOptions options)
    {
        var json = parse.GetValue(options.Json);
        var settings = SessionSettings.From(parse, options);
        if (settings is { Name: null, Pid: null })
            throw new HudException("name the process to attach to, or give --pid", "hud ps lists the Tokio processes, hud --help the options", ExitCode.WrongUsage);
        if (json && settings.Exports.Any(e => e.ToStandardOutput))
            throw new HudException("--json and --export - both want standard output", null, ExitCode.WrongUsage);
        var headless = json || parse.GetValue(options.Headless) || Console.IsOutputRedirected || Console.IsInputRedirected;

        using var signals = new StopSignals();
        using var session = Session.Attach(settings);
        var report = headless ? Headless(session, signals.Token) : LiveSession.Run(session, settings, signals);

        if (json) Output.Json(report);
        else if (!headless) Summary(report);
        else if (settings.Exports.Count == 0) Output.Text(report);
        Output.WriteExports(settings.Exports, report);
        return (int)ExitCode.Done;
    }

    /// <summary>The view was on a terminal. If that is gone (a lost connection), the exports are still to be written.</summary>
    private static void Summary(Analysis.Model.Report report)
    {
        try
        {
            Output.Text(report);
        }
        catch (IOException)
        {
        }
    }

    private static Analysis.Model.Report Headless(Session session, CancellationToken stop)
    {
        session.RunHeadless(stop);
        return session.Snapshot();
    }
}
