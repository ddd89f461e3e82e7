using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>The agent over real processes that come and go, scraped as Prometheus does. It is told to look at the targets of this run only.</summary>
public sealed class AgentTests
{
    private static readonly string Release = Repository.Fixture("release");

    [Fact]
    public async Task Processes_that_come_are_watched_and_those_that_go_are_dropped()
    {
        Prerequisites.Require(Release);
        using var first = await Target.Start("release", "sleep", "--ms", "47");
        var agent = HudProgram.Start("agent", "--metrics", "127.0.0.1:0", "--only", Target.Mark);
        var line = await agent.WaitForProgress("metrics at ");
        Assert.NotNull(line);
        using var http = new HttpClient { BaseAddress = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]) };
        await Until(http, text => Blocking(text, first.Pid, "sleep") > 0);

        using var second = await Target.Start("release", "std-mutex", "--ms", "47");
        var both = await Until(http, text => Blocking(text, second.Pid, "lock") > 0 && Blocking(text, first.Pid, "sleep") > 0);
        Assert.Contains("hud_agent_processes{state=\"watched\"} 2", both, StringComparison.Ordinal);
        Assert.Equal(0, Blocking(both, second.Pid, "sleep"));
        AssertWellFormed(both);

        first.Kill();
        await Until(http, text => !text.Contains($"pid=\"{first.Pid}\"", StringComparison.Ordinal)
            && text.Contains("hud_agent_processes{state=\"watched\"} 1", StringComparison.Ordinal) && Blocking(text, second.Pid, "lock") > 0);
        using var other = await http.GetAsync(new Uri("/nothing", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);

        agent.Terminate();
        var run = await agent.Finish();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains($"({first.Pid}) has ended", run.Error, StringComparison.Ordinal);
        Assert.False(second.HasExited);
    }

    [Fact]
    public async Task More_processes_than_allowed_are_counted_and_left_alone()
    {
        Prerequisites.Require(Release);
        using var first = await Target.Start("release", "sleep", "--ms", "47");
        using var second = await Target.Start("release", "sleep", "--ms", "47");
        var agent = HudProgram.Start("agent", "--metrics", "0", "--only", Target.Mark, "--max-processes", "1");
        var line = await agent.WaitForProgress("metrics at ");
        Assert.NotNull(line);
        using var http = new HttpClient { BaseAddress = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]) };
        await Until(http, text => text.Contains("hud_agent_processes{state=\"over-limit\"} 1", StringComparison.Ordinal));
        agent.Interrupt();
        var run = await agent.Finish();
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("watching 1 Tokio process at once and leaving out 1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_words()
    {
        Prerequisites.Require();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var run = await HudProgram.Run("agent", "--metrics", $"{listener.LocalEndpoint}", "--only", Target.Mark);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"hud: cannot serve metrics at {listener.LocalEndpoint}: another program listens there; choose another with --metrics ADDRESS:PORT\n", run.Error);
        Assert.Equal(2, (await HudProgram.Run("agent", "--metrics", "somewhere")).ExitCode);
    }

    /// <summary>Scrapes until the text is as wanted; fails with it in the message.</summary>
    private static async Task<string> Until(HttpClient http, Func<string, bool> wanted)
    {
        for (var tries = 0; ; tries++)
        {
            var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
            if (wanted(text)) return text;
            if (tries == 200) Assert.Fail(text);
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private static long Blocking(string metrics, int pid, string cause)
    {
        var series = $"hud_blocking_polls_total{{process=\"ground-truth\",pid=\"{pid}\",cause=\"{cause}\"}} ";
        var line = metrics.Split('\n').FirstOrDefault(l => l.StartsWith(series, StringComparison.Ordinal));
        return line is null ? -1 : long.Parse(line[series.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Each family once, each series once; and what promtool says, where it is installed.</summary>
    private static void AssertWellFormed(string metrics)
    {
        var lines = metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var families = lines.Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(families.Length, families.Distinct().Count());
        var series = lines.Where(l => l[0] != '#').Select(l => l[..l.LastIndexOf(' ')]).ToArray();
        Assert.Equal(series.Length, series.Distinct().Count());
        if (!File.Exists("/usr/bin/promtool")) return;
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        promtool.StandardInput.Write(metrics);
        promtool.StandardInput.Close();
        var said = promtool.StandardError.ReadToEnd();
        promtool.WaitForExit();
        Assert.True(promtool.ExitCode == 0 && said.Length == 0, said);
    }
}
