using System.Globalization;
using System.Text.Json;

namespace Hud.Consumers.Tests;

public sealed class BrowserTests(ExportedFiles files)
{
    [Theory]
    [InlineData("shop.speedscope.json")]
    [InlineData("shop.json")]
    [InlineData("shop.folded")]
    [InlineData("shop.pb.gz")]
    [InlineData("hostile.speedscope.json")]
    [InlineData("hostile.json")]
    [InlineData("hostile.folded")]
    [InlineData("hostile.pb.gz")]
    public void Speedscope_imports_without_a_warning(string file) => files.Browser($"speedscope {file}");

    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    [InlineData("empty")]
    public void Html_report_asks_for_nothing_works_and_is_accessible(string variant)
    {
        var total = ExportedFiles.TotalNs(variant).ToString(CultureInfo.InvariantCulture);
        Assert.Equal($"totalNs={total}", files.Browser($"html {variant}").Message);
    }

    [Fact]
    public void Comparison_page_asks_for_nothing_and_is_accessible() => files.Browser("html diff");

    [Theory]
    [InlineData("shop")]
    [InlineData("hostile")]
    [InlineData("empty")]
    public void Flame_graph_works_as_a_file(string variant) => files.Browser($"svg {variant}");

    [Theory]
    [InlineData("shop.firefox.json", 23)]
    [InlineData("shop.firefox.json.gz", 23)]
    [InlineData("shop.json", 25)]
    [InlineData("hostile.firefox.json", 13)]
    [InlineData("hostile.json", 13)]
    public void Firefox_profiler_loads_threads_stacks_and_markers(string file, int markers)
    {
        var seen = JsonDocument.Parse(files.Firefox($"firefox {file}").Message).RootElement;
        Assert.True(seen.GetProperty("markers").GetInt32() >= markers, seen.ToString());
        if (file.StartsWith("shop.firefox", StringComparison.Ordinal))
        {
            var functions = seen.GetProperty("functions").EnumerateArray().Select(f => f.GetString()).ToArray();
            Assert.Contains("shop::catalog::load_prices", functions);
            Assert.Contains("shop::retry::backoff<[u8; 32]>", functions);
            Assert.Contains("tokio-runtime-worker 0 (tid 4243)", seen.GetProperty("threads").EnumerateArray().Select(t => t.GetString()));
        }
    }

    [Fact]
    public void Firefox_profiler_loads_a_report_without_findings() => files.Firefox("firefox empty.firefox.json");

    [Theory]
    [InlineData("sarif shop")]
    [InlineData("sarif hostile")]
    [InlineData("sarif empty")]
    [InlineData("sarif damaged")]
    [InlineData("speedscope schema shop")]
    [InlineData("speedscope schema hostile")]
    [InlineData("speedscope schema empty")]
    [InlineData("speedscope schema damaged")]
    [InlineData("junit shop")]
    [InlineData("junit hostile")]
    [InlineData("junit empty")]
    public void Published_schemas_and_readers_accept(string check) => files.Schema(check);
}
