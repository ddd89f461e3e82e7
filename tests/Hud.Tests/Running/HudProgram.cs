using System.Diagnostics;

namespace Hud.Tests.Running;

internal sealed record HudRun(int ExitCode, string Output, string Error);

/// <summary>Runs the hud that was built with these tests, as a process of its own.</summary>
internal static class HudProgram
{
    public static async Task<HudRun> RunAsync(params string[] args)
    {
        // The apphost of the referenced project is not copied beside the tests; its assembly is.
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hud.dll"));
        foreach (var argument in args) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new HudRun(process.ExitCode, await output, await error);
    }
}
