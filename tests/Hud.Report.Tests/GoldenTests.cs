using System.Text.RegularExpressions;

namespace Hud.Reporting.Tests;

public sealed class GoldenTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("chrome")]
    [InlineData("firefox")]
    [InlineData("speedscope")]
    [InlineData("folded")]
    [InlineData("svg")]
    [InlineData("html")]
    [InlineData("prometheus")]
    [InlineData("sarif")]
    [InlineData("junit")]
    [InlineData("github")]
    [InlineData("markdown")]
    [InlineData("jsonl")]
    public void Mock_report_renders_as_agreed_whatever_the_culture(string format)
    {
        var plain = Render.Text(format, MockReport.Create());
        var russian = Golden.InRussian(() => Render.Text(format, MockReport.Create()));
        Assert.Equal(plain, russian);
        Golden.Check(format, WithoutScript(plain));
    }

    [Fact]
    public void Every_format_gives_the_same_bytes_twice()
    {
        Assert.All(Exporters.All, e => Assert.Equal(Render.Bytes(e.Name, MockReport.Create()), Render.Bytes(e.Name, MockReport.Create())));
    }

    [Fact]
    public void Every_format_writes_a_report_without_findings()
    {
        Assert.All(Exporters.All, e => Assert.True(Render.Bytes(e.Name, MockVariants.Empty()).Length > 0 || e.Name is "folded" or "jsonl", e.Name));
        Assert.All(Exporters.All, e => Render.Bytes(e.Name, MockVariants.NoWorkers()));
    }

    [Fact]
    public void Page_lists_futures_with_their_schedule_delay() => Golden.Check("html-exact", WithoutScript(Render.Text("html", MockVariants.Exact())));

    // Scripts and style have their own tests in a browser; their text would drown the page here.
    private static string WithoutScript(string text) =>
        Regex.Replace(Regex.Replace(text, @"<!\[CDATA\[.*\]\]>", "", RegexOptions.Singleline), @"(<script>|<style>)\n.*?(</script>|</style>)", "$1$2", RegexOptions.Singleline);

    [Theory]
    [InlineData("text-empty")]
    [InlineData("text-no-workers")]
    [InlineData("text-narrow")]
    [InlineData("text-color")]
    [InlineData("text-exact")]
    [InlineData("text-exact-narrow")]
    public void Text_report_variants(string name)
    {
        var text = name switch
        {
            "text-empty" => Render.Text("text", MockVariants.Empty()),
            "text-no-workers" => Render.Text("text", MockVariants.NoWorkers()),
            "text-exact" => Render.Text("text", MockVariants.Exact()),
            "text-exact-narrow" => Render.Text("text", MockVariants.Exact(), new ExportOptions { Width = 64 }),
            "text-narrow" => Render.Text("text", MockReport.Create(), new ExportOptions { Width = 64 }),
            _ => Render.Text("text", MockReport.Create(), new ExportOptions { Color = true }),
        };
        Golden.Check(name, text);
    }
}
