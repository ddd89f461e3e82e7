using System.Diagnostics;
using System.Globalization;
using Hud.Kernel.Tests.GroundTruth;

namespace Hud.Kernel.Tests.Harness;

/// <summary>A running ground-truth program with its log; ends with the test.</summary>
internal sealed class Target : IDisposable
{
    private readonly string _directory;
    private readonly string _log;
    private readonly string _build;
    private readonly Process _process;

    private Target(string build, string[] arguments, bool deleteProgram = false)
    {
        _build = build;
        _directory = Path.Combine(Path.GetTempPath(), $"{Mark}{Guid.NewGuid():N}");
        Directory.CreateDirectory(_directory);
        // In memory where possible: a write to the log must not wait for the disk that other scenarios keep busy.
        _log = Directory.Exists("/dev/shm") ? $"/dev/shm/{Path.GetFileName(_directory)}" : Path.Combine(_directory, "log");
        var program = Repository.Fixture(build);
        if (deleteProgram)
        {
            program = Path.Combine(_directory, "ground-truth");
            File.Copy(Repository.Fixture(build), program);
        }
        _process = Process.Start(new ProcessStartInfo(program, ["--log", _log, "--scratch", _directory, .. arguments]))!;
        if (deleteProgram) File.Delete(program);
    }

    /// <summary>In the command line of every target of this run of the tests, and of no other process.</summary>
    public static string Mark { get; } = $"hud-truth-{Environment.ProcessId}-";

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<TruthCall> Truth => TruthCall.Read(_log);

    /// <summary>Bytes of the program's code that are not as in its file, such as breakpoints that somebody left behind.</summary>
    public int ChangedCodeBytes()
    {
        var (changed, path) = (0, Repository.Fixture(_build));
        var file = File.ReadAllBytes(path);
        using var memory = File.OpenRead($"/proc/{Pid}/mem");
        foreach (var line in File.ReadLines($"/proc/{Pid}/maps").Where(l => l.Contains(" r-xp ", StringComparison.Ordinal) && l.EndsWith(path, StringComparison.Ordinal)))
        {
            var parts = line.Split(' ');
            var (start, end) = (Hex(parts[0].Split('-')[0]), Hex(parts[0].Split('-')[1]));
            var code = new byte[end - start];
            memory.Seek(start, SeekOrigin.Begin);
            memory.ReadExactly(code);
            var inFile = file.AsSpan((int)Hex(parts[2]));
            for (var i = 0; i < Math.Min(code.Length, inFile.Length); i++)
                changed += code[i] == inFile[i] ? 0 : 1;
        }
        return changed;
    }

    private static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Starts the program without waiting for its runtime.</summary>
    public static Target Launch(string build, string scenarios, params string[] more) =>
        new(build, ["--scenarios", scenarios, .. more]);

    /// <summary>Starts the program and waits until its runtime runs: until the first line of its log.</summary>
    public static Task<Target> Start(string build, string scenarios, params string[] more) =>
        Launch(build, scenarios, more).UntilItLogs();

    /// <summary>The same from a copy of the program that is deleted once it runs.</summary>
    public static Task<Target> StartDeleted(string build, string scenarios) =>
        new Target(build, ["--scenarios", scenarios], deleteProgram: true).UntilItLogs();

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
        File.Delete(_log);
    }

    private async Task<Target> UntilItLogs()
    {
        for (var tries = 0; tries < 200 && !HasLogged; tries++)
        {
            if (HasExited) Assert.Fail($"ground-truth ended with {_process.ExitCode}");
            await Task.Delay(50);
        }
        return this;
    }

    private bool HasLogged => File.Exists(_log) && new FileInfo(_log).Length > 0;
}
