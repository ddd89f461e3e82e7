using System.CommandLine;
using Hud.Reporting;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud report FILE</c>: prints or converts a saved report; no root, no target.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var file = SavedReportArguments.File();
        var export = SavedReportArguments.Export();
        var format = SavedReportArguments.Format();
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var sourceRoot = new Option<string?>("--source-root") { Description = "Directory of the sources when they were compiled; cut off paths. Guessed without it.", HelpName = "DIR" };
        var sourceUrl = new Option<string?>("--source-url") { Description = "Address of a line, with {file} and {line}: what places in the HTML report link to.", HelpName = "TEMPLATE" };
        var runtimeFrames = new Option<bool>("--runtime-frames") { Description = "Keep the frames of Tokio and std below your code in flame graphs." };
        var command = new Command("report", "Print or convert a saved report; needs no root.") { file, export, format, json, sourceRoot, sourceUrl, runtimeFrames };
        command.SetAction(parse =>
        {
            var targets = (parse.GetValue(export) ?? []).Select(path => ExportTarget.Create(path, parse.GetValue(format))).ToList();
            if (targets.Count == 0 && parse.GetValue(format) is { } name) targets.Add(ExportTarget.Create("-", name));
            var report = ReportJson.ReadFile(parse.GetRequiredValue(file));
            if (parse.GetValue(json)) Output.Json(report);
            else if (targets.Count == 0) Output.Text(report);
            Output.WriteExports(targets, report, ExportOptions.Default with
            {
                SourceRoot = parse.GetValue(sourceRoot),
                SourceUrl = parse.GetValue(sourceUrl),
                RuntimeFrames = parse.GetValue(runtimeFrames),
            });
            return (int)ExitCode.Done;
        });
        return command;
    }
}
