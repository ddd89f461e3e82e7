using System.Diagnostics;

namespace Hud.Kernel.Tests.Harness;

/// <summary>The demo server in its release build under the load of its own program; both end with the test.</summary>
internal sealed class DemoServer : IDisposable
{
    private readonly Process _server;
    private readonly Process _load;

    private DemoServer(Process server, Process load) => (_server, _load) = (server, load);

    public static string[] Programs { get; } = [Program("hud-demo"), Program("hud-demo-load")];

    public int Pid => _server.Id;

    public static async Task<DemoServer> StartUnderLoad()
    {
        var server = Process.Start(new ProcessStartInfo(Programs[0], ["--listen", "127.0.0.1:0", "--workers", "3"]) { RedirectStandardOutput = true })!;
        const string Listens = "listening on http://";
        var line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null || !line.StartsWith(Listens, StringComparison.Ordinal))
        {
            server.Kill();
            Assert.Fail($"the demo server says: {line}");
        }
        // Long enough for any test; it ends with this object.
        return new DemoServer(server, Process.Start(new ProcessStartInfo(Programs[1], ["--to", line[Listens.Length..], "--duration", "600"]) { RedirectStandardOutput = true })!);
    }

    public void EndServer() => _server.Kill();

    public void Dispose()
    {
        foreach (var process in (Process[])[_load, _server])
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static string Program(string name) => Path.Combine(Repository.Root, "artifacts", "demo", "release", name);
}
