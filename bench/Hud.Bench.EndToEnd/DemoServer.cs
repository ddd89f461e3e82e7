using System.Diagnostics;

namespace Hud.Bench.EndToEnd;

/// <summary>The demo server with load on it; both are ended, by id, with this object.</summary>
internal sealed class DemoServer : IDisposable
{
    private const string Announcement = "listening on http://";

    private readonly Process _server;
    private readonly Process _load;

    /// <param name="directory">Holds <c>hud-demo</c> and <c>hud-demo-load</c>.</param>
    public DemoServer(string directory)
    {
        _server = Process.Start(new ProcessStartInfo(Path.Combine(directory, "hud-demo"), ["--listen", "127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        string? line;
        do
        {
            line = _server.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the demo server did not start");
        }
        while (!line.Contains(Announcement, StringComparison.Ordinal));
        var address = line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim();
        _load = Process.Start(new ProcessStartInfo(Path.Combine(directory, "hud-demo-load"), ["--to", address, "--duration", "120"]) { RedirectStandardOutput = true })!;
    }

    public int Pid => _server.Id;

    public void Dispose()
    {
        foreach (var process in (Process[])[_load, _server])
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
