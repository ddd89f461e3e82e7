using System.Diagnostics;
using System.Globalization;
using Hud.Kernel.Tests.Harness;

namespace Hud.Kernel.Tests;

/// <summary>What goes wrong for users: each has its exit code and one line that says why and what to do.</summary>
public sealed class BadInputTests
{
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int MissingPrecondition = 4;
    private const int NoTarget = 5;

    private static readonly string Release = Repository.Fixture("release");

    [Fact]
    public async Task Without_privileges_the_precondition_is_named()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep");

        Expect(await HudProgram.RunAsNobody("--pid", Text(target.Pid), "--headless", "--duration", "1"), MissingPrecondition, "CAP_BPF");
    }

    [Fact]
    public async Task Process_without_tokio_is_refused()
    {
        Prerequisites.Require();
        using var other = Process.Start("sleep", ["60"]);
        try
        {
            Expect(await HudProgram.Run("--pid", Text(other.Id), "--headless", "--duration", "1"), NoTarget, "Tokio");
        }
        finally
        {
            other.Kill();
        }
    }

    /// <summary>hud holds names and paths of Tokio to look for them, and is no Tokio program for that.</summary>
    [Fact]
    public async Task Another_hud_is_no_tokio_process()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "light");
        var watching = HudProgram.Start("--pid", Text(target.Pid), "--headless", "--duration", "30");
        await watching.WaitForProgress("following the polls");

        Expect(await HudProgram.Run("--pid", Text(watching.Pid), "--headless", "--duration", "1"), NoTarget, "Tokio");
        Assert.DoesNotContain($" {watching.Pid} ", (await HudProgram.Run("ps")).Output, StringComparison.Ordinal);

        watching.Terminate();
        Assert.Equal(0, (await watching.Finish()).ExitCode);
    }

    [Fact]
    public async Task Several_matches_are_listed()
    {
        Prerequisites.Require(Release);
        using var first = await Target.Start("release", "sleep");
        using var second = await Target.Start("release", "sleep");

        var run = await HudProgram.Run("ground-truth", "--headless", "--duration", "1");

        Expect(run, NoTarget, Text(first.Pid));
        Expect(run, NoTarget, Text(second.Pid));
    }

    [Theory]
    [InlineData("no-such-process-anywhere")]
    [InlineData("--pid", "4194303")]
    public async Task Missing_process_is_said(params string[] selection)
    {
        Prerequisites.Require();
        Expect(await HudProgram.Run([.. selection, "--headless", "--duration", "1"]), NoTarget, selection[^1]);
    }

    [Theory]
    [InlineData("--threshold", "-1", "--threshold takes")]
    [InlineData("--threshold", "soon", "--threshold takes")]
    [InlineData("--duration", "0", "--duration takes")]
    [InlineData("--tracker", "magic", "'magic'")]
    public async Task Wrong_usage_says_what_is_wrong(string option, string value, string message)
    {
        Prerequisites.Require();
        Expect(await HudProgram.Run("x", "--headless", option, value), WrongUsage, message);
    }

    [Fact]
    public async Task Unwritable_export_is_refused_before_recording()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--duration", "300");

        // The duration is beyond the limit of a run: only a refusal at the start ends in time.
        var run = await HudProgram.Watch(target.Pid, 600, "--export", "/proc/no-such-directory/trace.json");

        Expect(run, Failed, "/proc/no-such-directory/trace.json");
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public async Task Truncated_symbol_file_is_said(int length)
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--duration", "300");
        var truncated = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(truncated, File.ReadAllBytes(Release)[..length]);
            Expect(await HudProgram.Watch(target.Pid, 600, "--symbols", truncated), Failed, truncated);
        }
        finally
        {
            File.Delete(truncated);
        }
    }

    private static void Expect(HudRun run, int exitCode, string inMessage)
    {
        Assert.True(run.ExitCode == exitCode, $"expected exit code {exitCode}\n{run}");
        Assert.Contains(inMessage, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
