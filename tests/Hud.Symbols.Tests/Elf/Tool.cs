using System.Diagnostics;

namespace Hud.Symbols.Tests.Elf;

/// <summary>Runs the system's own tools, which the differential tests compare with.</summary>
internal static class Tool
{
    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Standard output, line by line; standard error is dropped.</summary>
    public static string[] Lines(string tool, params string[] arguments) => Lines(tool, null, arguments);

    public static string[] Lines(string tool, IEnumerable<string>? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        Task writing = Task.Run(() =>
        {
            using StreamWriter writer = process.StandardInput;
            foreach (string line in input ?? [])
            {
                writer.Write(line);
                writer.Write('\n');
            }
        });
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        writing.Wait();
        process.WaitForExit();
        return [.. lines];
    }
}
