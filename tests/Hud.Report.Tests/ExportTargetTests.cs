using System.Diagnostics;
using System.IO.Compression;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Reporting.Tests;

public sealed class ExportTargetTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hud-export-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("trace.json", "chrome")]
    [InlineData("x.trace.json", "chrome")]
    [InlineData("x.hud.json", "report")]
    [InlineData("x.hud.json.gz", "report")]
    [InlineData("X.HUD.JSON", "report")]
    [InlineData("notes.txt", "text")]
    public void Format_follows_the_name(string file, string format) => Assert.Equal(format, Exporters.Choose(file, null).Name);

    [Fact]
    public void Format_by_name_overrides_and_unknown_ones_are_wrong_usage()
    {
        Assert.Equal("text", Exporters.Choose("x.json", "text").Name);
        Assert.Equal("report", Exporters.Choose("-", null).Name);
        Assert.Equal(ExitCode.WrongUsage, Assert.Throws<HudException>(() => Exporters.Choose("x.json", "word")).Code);
        Assert.Equal(ExitCode.WrongUsage, Assert.Throws<HudException>(() => Exporters.Choose("x.doc", null)).Code);
    }

    [Fact]
    public void Names_and_endings_are_unique()
    {
        Assert.Equal(Exporters.All.Count, Exporters.All.Select(e => e.Name).Distinct().Count());
        var endings = Exporters.All.SelectMany(e => e.Extensions).ToArray();
        Assert.Equal(endings.Length, endings.Distinct().Count());
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_refused_before_the_recording()
    {
        Assert.Equal("cannot write /nonexistent/x.json: no such file or directory", Assert.Throws<HudException>(() => ExportTarget.Create("/nonexistent/x.json")).Message);
        Assert.Contains("is a directory", Assert.Throws<HudException>(() => ExportTarget.Create(_directory, "chrome")).Message, StringComparison.Ordinal);
        Assert.Throws<HudException>(() => ExportTarget.Create("/proc/x.json"));
    }

    [Fact]
    public void Refusal_and_creation_leave_nothing_behind_and_touch_no_existing_file()
    {
        var path = Path.Combine(_directory, "x.json");
        File.WriteAllText(path, "old");
        var target = ExportTarget.Create(path);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_directory));
        target.Write(MockReport.Create(), ExportOptions.Default);
        Assert.Equal(Render.Bytes("chrome", MockReport.Create()), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void The_longest_allowed_name_can_be_written()
    {
        var path = Path.Combine(_directory, new string('n', 250) + ".json");
        ExportTarget.Create(path).Write(MockReport.Create(), ExportOptions.Default);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_symbolic_link_keeps_its_place()
    {
        string real = Path.Combine(_directory, "real.json"), link = Path.Combine(_directory, "link.json");
        File.WriteAllText(real, "old");
        File.CreateSymbolicLink(link, real);
        ExportTarget.Create(link).Write(MockReport.Create(), ExportOptions.Default);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.StartsWith("{", File.ReadAllText(real), StringComparison.Ordinal);
    }

    [Fact]
    public void Gz_compresses_any_format()
    {
        var path = Path.Combine(_directory, "x.json.gz");
        ExportTarget.Create(path).Write(MockReport.Create(), ExportOptions.Default);
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        Assert.Equal(Render.Bytes("chrome", MockReport.Create()), plain.ToArray());
    }

    [Fact]
    public void A_full_disk_is_a_clear_error()
    {
        var e = Assert.Throws<HudException>(() => ExportTarget.Create("/dev/full", "chrome").Write(MockReport.Create(), ExportOptions.Default));
        Assert.Equal("cannot write /dev/full: no space left on the device", e.Message);
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_the_old_file_and_no_temporary_one()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to mount a small tmpfs");
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", _directory);
        try
        {
            string small = Path.Combine(_directory, "a.json"), large = Path.Combine(_directory, "b.hud.json");
            File.WriteAllText(large, "old");
            ExportTarget[] targets = [ExportTarget.Create(small), ExportTarget.Create(large), ExportTarget.Create(Path.Combine(_directory, "c.json"))];
            var e = Assert.Throws<HudException>(() => ExportTarget.WriteAll(targets, Big(), ExportOptions.Default));
            Assert.Contains("no space left on the device", e.Message, StringComparison.Ordinal);
            Assert.Equal("old", File.ReadAllText(large));
            Assert.DoesNotContain(Directory.GetFiles(_directory), f => f.EndsWith(".tmp", StringComparison.Ordinal));
        }
        finally
        {
            Run("umount", _directory);
        }
    }

    [Fact]
    public void One_failure_keeps_no_other_export_from_being_written()
    {
        var wrote = new List<string>();
        string first = Path.Combine(_directory, "a.json"), last = Path.Combine(_directory, "c.hud.json");
        ExportTarget[] targets = [ExportTarget.Create(first), ExportTarget.Create("/dev/full", "chrome"), ExportTarget.Create(last)];
        Assert.Throws<HudException>(() => ExportTarget.WriteAll(targets, MockReport.Create(), ExportOptions.Default, t => wrote.Add(t.Path)));
        Assert.Equal([first, last], wrote);
        Assert.NotNull(ReportJson.ReadFile(last));
    }

    [Fact]
    public void A_fifo_is_written_directly()
    {
        var fifo = Path.Combine(_directory, "pipe.json");
        Run("mkfifo", fifo);
        var target = ExportTarget.Create(fifo);
        using var reader = Process.Start(new ProcessStartInfo("cat", [fifo]) { RedirectStandardOutput = true })!;
        target.Write(MockReport.Create(), ExportOptions.Default);
        var read = reader.StandardOutput.ReadToEnd();
        reader.WaitForExit();
        Assert.Equal(Render.Text("chrome", MockReport.Create()), read);
        Assert.Equal([fifo], Directory.GetFiles(_directory));
    }

    private static Report Big()
    {
        var report = MockReport.Create();
        return report with { Events = [.. Enumerable.Range(0, 20).SelectMany(_ => report.Events)] };
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
