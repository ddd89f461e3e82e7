using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hud.Consumers.Tests;

public sealed class PrometheusTests(ExportedFiles files)
{
    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    [InlineData("empty")]
    public void Promtool_has_no_complaint(string variant)
    {
        Tools.Require("/usr/bin/promtool");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(File.ReadAllText(files.File($"{variant}.prom")));
        process.StandardInput.Close();
        var said = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && said.Length == 0, said);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    public void Series_are_unique_and_buckets_cumulative(string variant)
    {
        // Neither promtool nor a scrape notices these.
        var lines = File.ReadAllLines(files.File($"{variant}.prom")).Where(l => !l.StartsWith('#')).ToArray();
        var series = lines.Select(l => l[..l.LastIndexOf(' ')]).ToArray();
        Assert.Equal(series.Length, series.Distinct().Count());
        var buckets = lines.Where(l => l.StartsWith("hud_blocking_poll_duration_seconds_bucket", StringComparison.Ordinal)).Select(l => long.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(buckets.Order(), buckets);
        Assert.Contains("le=\"+Inf\"", lines.Last(l => l.StartsWith("hud_blocking_poll_duration_seconds_bucket", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(buckets[^1], lines.Where(l => l.StartsWith("hud_blocking_poll_duration_seconds_count", StringComparison.Ordinal)).Select(l => long.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).Single());
    }

    [Fact]
    public async Task A_real_prometheus_scrapes_and_answers()
    {
        Tools.Require("/usr/bin/prometheus");
        var directory = Directory.CreateTempSubdirectory("hud-prometheus-").FullName;
        using var metrics = new MetricsEndpoint(File.ReadAllBytes(files.File("hostile.prom")));
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(directory, "p.yml"), $"scrape_configs: [{{job_name: hud, scrape_interval: 1s, static_configs: [{{targets: ['127.0.0.1:{metrics.Port}']}}]}}]\n", TestContext.Current.CancellationToken);
        using var prometheus = Start("/usr/bin/prometheus", $"--config.file={directory}/p.yml", $"--storage.tsdb.path={directory}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            Assert.Equal("1", await Ask(http, "up"));
            var total = decimal.Parse(await Ask(http, "sum(hud_blocked_seconds_total)"), CultureInfo.InvariantCulture);
            Assert.Equal(ExportedFiles.TotalNs("hostile") / 1e9, (double)total, 9);
            Assert.NotNull(await Ask(http, "histogram_quantile(0.99, hud_blocking_poll_duration_seconds_bucket)"));
            Assert.Equal("1", await Ask(http, "count(hud_blocking_site_seconds_total{site=~\"emoji 🦀.*\"})"));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_textfile_collector_takes_the_file()
    {
        Tools.Require("/usr/bin/prometheus-node-exporter");
        var directory = Directory.CreateTempSubdirectory("hud-textfile-").FullName;
        File.Copy(files.File("hostile.prom"), Path.Combine(directory, "hud.prom"));
        var port = FreePort();
        using var exporter = Start("/usr/bin/prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", $"--collector.textfile.directory={directory}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");
        try
        {
            using var http = new HttpClient();
            var text = await Until(() => http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")));
            Assert.Contains("node_textfile_scrape_error 0", text, StringComparison.Ordinal);
            Assert.Contains("hud_blocked_seconds_total", text, StringComparison.Ordinal);
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Task<string> Ask(HttpClient http, string query) => Until(async () =>
    {
        var json = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative)));
        var result = json.RootElement.GetProperty("data").GetProperty("result");
        var value = result.GetArrayLength() == 0 ? null : result[0].GetProperty("value")[1].GetString();
        return value is null or "0" ? throw new HttpRequestException($"no answer to {query} yet") : value;
    });

    private static async Task<T> Until<T>(Func<Task<T>> act)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (HttpRequestException) when (attempt < 150)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = false, RedirectStandardOutput = false })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Serves one text on loopback, as hud's own endpoint would.</summary>
    private sealed class MetricsEndpoint : IDisposable
    {
        private readonly HttpListener _listener = new();

        public MetricsEndpoint(byte[] text)
        {
            Port = FreePort();
            _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (_listener.IsListening)
                {
                    var context = await _listener.GetContextAsync();
                    context.Response.ContentType = "text/plain; version=0.0.4";
                    await context.Response.OutputStream.WriteAsync(text);
                    context.Response.Close();
                }
            });
        }

        public int Port { get; }

        public void Dispose() => _listener.Close();
    }
}
