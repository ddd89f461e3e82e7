using System.CommandLine;
using Hud.Reporting;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud diff BEFORE AFTER</c>: what got better, worse, appeared, vanished.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var before = SavedReportArguments.File("BEFORE");
        var after = SavedReportArguments.File("AFTER");
        var export = SavedReportArguments.Export();
        var format = new Option<string?>("--format") { Description = "text, json, markdown or html, whatever the name.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Print the comparison as JSON." };
        var fail = new Option<bool>("--fail-on-regression") { Description = "Exit with 3 when something got worse or appeared, beyond noise." };
        var command = new Command("diff", "Compare two saved reports.") { before, after, export, format, json, fail };
        command.SetAction(parse =>
        {
            var asked = parse.GetValue(json) ? "json" : parse.GetValue(format);
            var files = parse.GetValue(export) is { Length: > 0 } given ? given : ["-"];
            var outputs = files.Select(file => (Format: DiffWriter.Choose(file, asked), File: OutputFile.Create(file))).ToArray();
            var diff = ReportDiff.Compare(ReportJson.ReadFile(parse.GetRequiredValue(before)), ReportJson.ReadFile(parse.GetRequiredValue(after)));
            foreach (var output in outputs)
                output.File.Write(stream => DiffWriter.Write(diff, output.Format, stream, Output.Options));
            return (int)(parse.GetValue(fail) && diff.HasRegression ? ExitCode.CheckFailed : ExitCode.Done);
        });
        return command;
    }
}
