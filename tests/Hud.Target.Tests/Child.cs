using System.Diagnostics;

namespace Hud.Target.Tests;

/// <summary>A process that a test started and ends.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public int Pid => _process.Id;

    public static Child Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var child = new Child(Process.Start(start)!);

        // Between fork and exec the child still is this program.
        var own = TargetProcess.Open(Environment.ProcessId).ExeFile;
        SpinWait.SpinUntil(() => ProcFs.TryReadLink($"/proc/{child.Pid}/exe") != own, 10_000);
        return child;
    }

    /// <summary>Starts a copy of <paramref name="program"/> called <paramref name="name"/> in a folder of its own.</summary>
    public static Child StartCopy(string program, TemporaryFolder folder, string name, params string[] arguments)
    {
        var copy = Path.Combine(folder.Path, name);
        File.Copy(program, copy);
        return Start(copy, arguments);
    }

    public void WriteLine(string text)
    {
        _process.StandardInput.WriteLine(text);
        _process.StandardInput.Flush();
    }

    public string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new EndOfStreamException();

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hud-target-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
