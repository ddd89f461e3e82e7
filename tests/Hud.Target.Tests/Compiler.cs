using System.Diagnostics;

namespace Hud.Target.Tests;

/// <summary>Compiles small C programs for one test.</summary>
internal static class Compiler
{
    /// <summary>Path of the result; skips the test when no C compiler is installed.</summary>
    public static string Build(TemporaryFolder folder, string name, string source, params string[] arguments)
    {
        var compiler = new[] { "/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang" }.FirstOrDefault(File.Exists);
        if (compiler is null)
            Assert.Skip("no C compiler is installed");
        var output = Path.Combine(folder.Path, name);
        Run(compiler!, ["-o", output, folder.Write(name + ".c", source), .. arguments]);
        return output;
    }

    /// <summary>Runs a tool of binutils; skips the test when it is not installed.</summary>
    public static void Run(string tool, params string[] arguments)
    {
        var path = tool.StartsWith('/') ? tool : $"/usr/bin/{tool}";
        if (!File.Exists(path))
            Assert.Skip($"{tool} is not installed");
        using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool} failed: {errors}");
    }
}
