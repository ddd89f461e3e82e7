using Hud.Tests.Running;

namespace Hud.Tests;

/// <summary>Exit codes and streams of the program as a whole: results on standard output, everything else on standard error.</summary>
public class ExitCodeTests
{
    [Fact]
    public async Task Help_and_version_are_results()
    {
        var help = await HudProgram.RunAsync("--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains("--threshold", help.Output);
        var version = await HudProgram.RunAsync("--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", version.Output);
    }

    [Theory]
    [InlineData(2, "--threshold takes milliseconds", "my-app", "--threshold", "x")]
    [InlineData(2, "--duration takes a number of seconds", "my-app", "--duration", "long")]
    [InlineData(2, "--max-processes takes a number", "agent", "--max-processes", "many")]
    [InlineData(2, "name the process", "--headless")]
    [InlineData(2, "tells no export format", "my-app", "--export", "trace.unknown")]
    [InlineData(2, "both want standard output", "my-app", "--json", "--export", "-")]
    [InlineData(5, "no process", "there-is-surely-no-process-called-this", "--headless")]
    [InlineData(5, "there is no process", "--pid", "4194304", "--headless")]
    [InlineData(1, "cannot write", "my-app", "--export", "/no/such/directory/trace.json")]
    [InlineData(1, "no-such.hud.json", "report", "no-such.hud.json")]
    public async Task Failures_say_why_on_standard_error(int exitCode, string words, params string[] args)
    {
        var run = await HudProgram.RunAsync(args);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(words, run.Error);
        Assert.StartsWith("hud: ", run.Error);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("bash", "complete -F _hud hud")]
    [InlineData("zsh", "compdef _hud hud")]
    [InlineData("fish", "complete -c hud")]
    public async Task Completions_are_scripts(string shell, string words)
    {
        var run = await HudProgram.RunAsync("completions", shell);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(words, run.Output);
    }

    [Fact]
    public async Task Completions_know_options_and_commands()
    {
        var run = await HudProgram.RunAsync("[suggest:8]", "hud --thr");
        Assert.Contains("--threshold", run.Output);
    }
}
