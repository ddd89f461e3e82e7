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

    /// <summary>For what is written to files: with the lines of the sources that this machine has.</summary>
    public static ExportOptions ForFiles { get; } = ExportOptions.Default with { Sources = ReadSource };

    /// <summary>Where nobody can read it any more (the terminal has hung up), the work goes on.</summary>
    public static void Progress(string sentence)
    {
        try
        {
            Console.Error.WriteLine($"hud: {sentence}");
        }
        catch (IOException)
        {
        }
    }

    public static void Json(Report report)
    {
        using var output = Console.OpenStandardOutput();
        ReportJson.Write(report, output);
    }

    public static void Text(Report report) => TextReport.Write(report, Console.Out, new TextReportOptions { Width = Width, Color = Color });

    public static void WriteExports(IReadOnlyList<ExportTarget> targets, Report report, ExportOptions? options = null) =>
        ExportTarget.WriteAll(targets, report, (options ?? ForFiles) with { Sources = ReadSource }, target =>
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
