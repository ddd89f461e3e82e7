using System.CommandLine;
using Hud.Live;
using Hud.Live.Model;
using Hud.Reporting;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud view FILE</c>: the live view's screens over a saved report.</summary>
internal static class ViewCommand
{
    public static Command Create()
    {
        var file = SavedReportArguments.File();
        var export = SavedReportArguments.Export();
        var format = SavedReportArguments.Format();
        var command = new Command("view", "Open a saved report in the live view.") { file, export, format };
        command.SetAction(parse =>
        {
            var targets = (parse.GetValue(export) ?? []).Select(path => ExportTarget.Create(path, parse.GetValue(format))).ToArray();
            var report = ReportJson.ReadFile(parse.GetRequiredValue(file));
            if (LiveApp.Run(new SavedReportSource(report, () => Export(targets, report)), LiveOptions.For(report.Target.Name), CancellationToken.None, out var problem) is null)
                throw new HudException($"the view needs a terminal: {problem}", "print the report with: hud report FILE", ExitCode.Failed);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Export(ExportTarget[] targets, Analysis.Model.Report report)
    {
        if (targets.Length == 0) return "nothing to write: start with --export FILE";
        ExportTarget.WriteAll(targets, report, Output.ForFiles);
        return $"wrote {string.Join(", ", targets.Select(t => t.Path))}";
    }
}
