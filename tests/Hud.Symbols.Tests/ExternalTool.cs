using System.Diagnostics;

namespace Hud.Symbols.Tests;

/// <summary>Runs the tools of binutils, LLVM and Rust that the differential tests compare with.</summary>
internal static class ExternalTool
{
    /// <summary>The lines a command prints; skips the running test when the command is not installed.</summary>
    public static IEnumerable<string> Lines(string command, params string[] arguments)
    {
        string? path = Find(command);
        if (path is null) Assert.Skip($"{command} is not installed");
        using Process process = new();
        process.StartInfo = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        process.ErrorDataReceived += static (_, _) => { };
        process.Start();
        process.BeginErrorReadLine();
        while (process.StandardOutput.ReadLine() is { } line) yield return line;
        process.WaitForExit();
    }

    /// <summary>Runs a command to its end; fails the test with what it printed when it does not succeed.</summary>
    public static void Run(string command, params string[] arguments)
    {
        string? path = Find(command);
        if (path is null) Assert.Skip($"{command} is not installed");
        using Process process = new();
        process.StartInfo = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        process.Start();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)}\n{printed}\n{errors.Result}");
    }

    public static string? Find(string command)
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            string path = Path.Combine(folder, command);
            if (File.Exists(path)) return path;
        }
        return null;
    }

    /// <summary>The folder of the installed Rust toolchain; skips the running test when there is none.</summary>
    public static string RustSysroot()
    {
        foreach (string line in Lines("rustc", "--print", "sysroot")) return line;
        Assert.Skip("rustc is not installed");
        return "";
    }
}
