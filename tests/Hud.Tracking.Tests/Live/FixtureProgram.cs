using System.Diagnostics;

namespace Hud.Tracking.Tests.Live;

/// <summary>A build of ground-truth that runs until it is disposed of; skips the test where that build is missing.</summary>
internal sealed class FixtureProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hud-calibration-").FullName;
    private readonly Process _process;

    public FixtureProgram(string build, string runtime, string scenarios)
    {
        var path = Find(build);
        Assert.SkipUnless(path is not null, $"the {build} build of ground-truth is missing: scripts/build-fixtures makes it");
        _process = Process.Start(
            path!,
            ["--log", Path.Combine(_folder, "log"), "--scratch", _folder, "--scenarios", scenarios, "--runtime", runtime, "--duration", "60"]);
        // Until its first call is logged, its libraries may not be loaded yet.
        SpinWait.SpinUntil(() => new FileInfo(Path.Combine(_folder, "log")) is { Exists: true, Length: > 0 }, 10_000);
    }

    public int Pid => _process.Id;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Find(string build)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, "artifacts", "fixtures", build, "ground-truth");
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
