using System.CommandLine;
using Hud.Analysis.Model;
using Hud.CommandLine;
using Hud.Reporting;
using Hud.Sessions;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud check FILE|PROCESS</c>: a gate for CI; exit code 3 when something is over a limit.</summary>
internal static class CheckCommand
{
    private const double DefaultSeconds = 30;

    public static Command Create()
    {
        var session = new SessionOptions();
        session.Name.Description = "A saved report (.hud.json), or a process to attach to by name.";
        var maxBlock = new Option<double?>("--max-block") { Description = "Fail when a poll held a worker longer than MS milliseconds.", HelpName = "MS", CustomParser = Numbers.Nullable<double>("--max-block takes milliseconds, 0 or more", ms => ms is >= 0 and < 1e12) };
        var maxTotal = new Option<double?>("--max-total-percent") { Description = "Fail when blocked time is more than PERCENT of worker time.", HelpName = "PERCENT", CustomParser = Numbers.Nullable<double>("--max-total-percent takes a percentage from 0 to 100", p => p is >= 0 and <= 100) };
        var baseline = new Option<string?>("--baseline") { Description = "An earlier report: what it has too is known.", HelpName = "FILE" };
        var allow = new Option<string?>("--allow") { Description = "A list of places that may block; see docs/ci.md.", HelpName = "FILE" };
        var failOn = new Option<string?>("--fail-on") { Description = "any place over a limit, or only those that are new against the baseline.", HelpName = "new|any" };
        failOn.AcceptOnlyFromAmong("new", "any");
        var command = new Command("check", "Hold a report, or a process for a while, against limits: a gate for CI.");
        session.AddTo(command);
        foreach (var option in (Option[])[maxBlock, maxTotal, baseline, allow, failOn]) command.Options.Add(option);
        command.SetAction(parse =>
        {
            var options = new CheckOptions
            {
                MaxBlockNs = parse.GetValue(maxBlock) is { } ms ? (long)Math.Round(ms * 1e6) : null,
                MaxTotalPercent = parse.GetValue(maxTotal),
                Baseline = parse.GetValue(baseline) is { } earlier ? ReportJson.ReadFile(earlier) : null,
                Allow = parse.GetValue(allow) is { } list ? AllowList.ReadFile(list) : AllowList.Empty,
                FailOn = parse.GetValue(failOn) switch { "new" => FailOn.New, "any" => FailOn.Any, _ => null },
            };
            var settings = SessionSettings.From(parse, session);
            if (parse.GetResult(session.Threshold) is null or { Implicit: true } && options.MaxBlockNs is { } limit && limit < settings.Threshold.Ns)
                settings = settings with { Threshold = new Threshold(Math.Max(limit, 100_000)) };
            return Run(settings, options, parse.GetValue(session.Json));
        });
        return command;
    }

    private static int Run(SessionSettings settings, CheckOptions options, bool json)
    {
        var report = IsReport(settings.Name) ? ReportJson.ReadFile(settings.Name!) : Record(settings);
        var result = ReportCheck.Run(report, options);
        if (json)
        {
            using var output = Console.OpenStandardOutput();
            CheckWriter.WriteJson(result, output);
        }
        else
        {
            CheckWriter.WriteText(result, report, Console.Out, Output.Options);
        }
        Output.WriteExports(settings.Exports, report, ExportOptions.Default with { Check = result });
        return (int)(result.Passed ? ExitCode.Done : ExitCode.CheckFailed);
    }

    /// <summary>A file that exists, or a name that can only be meant as one.</summary>
    private static bool IsReport(string? name) =>
        name is not null && (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || (name.Contains('/') && File.Exists(name)));

    private static Report Record(SessionSettings settings)
    {
        if (settings is { Name: null, Pid: null })
            throw new HudException("name a saved report or a process to check", null, ExitCode.WrongUsage);
        using var signals = new StopSignals();
        using var session = Session.Attach(settings with { DurationNs = settings.DurationNs ?? (long)(DefaultSeconds * 1e9) });
        session.RunHeadless(signals.Token);
        return session.Snapshot();
    }
}
