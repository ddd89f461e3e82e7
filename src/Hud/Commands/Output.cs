using Hud.Analysis.Model;
using Hud.Reporting;

namespace Hud.Commands;

/// <summary>Results go to standard output, progress to standard error; colour only where a person looks.</summary>
internal static class Output
{
    public static bool Color => !Console.IsOutputRedirected && NoColor is null or "" && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static string? NoColor => Environment.GetEnvironmentVariable("NO_COLOR");

    /// <summary>For what a person reads on standard output.</summary>
    public static ExportOptions Options => ExportOptions.Default with { Width = Width, Color = Color };

    public static void Progress(string sentence) => Console.Error.WriteLine($"hud: {sentence}");

    public static void Json(Report report)
    {
        using var output = Console.OpenStandardOutput();
        ReportJson.Write(report, output);
    }

    public static void Text(Report report) => TextReport.Write(report, Console.Out, new TextReportOptions { Width = Width, Color = Color });

    public static void WriteExports(IReadOnlyList<ExportTarget> targets, Report report, ExportOptions? options = null) =>
        ExportTarget.WriteAll(targets, report, (options ?? ExportOptions.Default) with { Sources = ReadSource }, target =>
        {
            if (!target.ToStandardOutput) Progress($"wrote {target.Path}");
        });

    private static int Width
    {
        get
        {
            if (Console.IsOutputRedirected) return new TextReportOptions().Width;
            try
            {
                return Console.WindowWidth;
            }
            catch (IOException)
            {
                return new TextReportOptions().Width;
            }
        }
    }

    private static string[]? ReadSource(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
