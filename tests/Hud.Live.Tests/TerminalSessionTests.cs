using System.Diagnostics;

namespace Hud.Live.Tests;

/// <summary>The live view in a real terminal: it takes the screen over and, however it ends, gives it back as it was.</summary>
public sealed class TerminalSessionTests
{
    private static readonly string Demo = Path.Combine(AppContext.BaseDirectory, "Hud.Live.Demo.dll");

    public static TheoryData<string, string> Ends => new()
    {
        { "q", "ended: Quit" },
        { "C-c", "ended: Interrupted" },
        { "kill -INT", "ended: Interrupted" },
        { "kill -TERM", "ended: Terminated" },
        { "kill -HUP", "ended: HungUp" },
        { "kill -USR1", "ended: Cancelled" },
        { "kill -USR2", "crash on request" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_restores_the_terminal(string action, string message)
    {
        using var tmux = Start("StuckNow");
        if (action.StartsWith("kill", StringComparison.Ordinal)) tmux.SignalChild(action["kill ".Length..]);
        else tmux.Keys(action);
        tmux.WaitFor(screen => screen.Contains(message, StringComparison.Ordinal), message);
        tmux.WaitFor(screen => screen.TrimEnd().EndsWith("ready>", StringComparison.Ordinal), "the prompt");
        Assert.False(tmux.InAlternateScreen);
        AssertModesAreBack(tmux);
    }

    [Fact]
    public void Ctrl_Z_gives_the_shell_the_terminal_and_fg_takes_it_back()
    {
        using var tmux = Start("StuckNow");
        tmux.Keys("2");
        tmux.WaitFor("parked");
        tmux.Keys("C-z");
        tmux.WaitFor("Stopped");
        Assert.False(tmux.InAlternateScreen);
        AssertModesAreBack(tmux);
        tmux.Command("fg");
        tmux.WaitFor("parked");
        Assert.True(tmux.InAlternateScreen);
        tmux.Keys("q");
        tmux.WaitFor("ended: Quit");
        AssertModesAreBack(tmux);
    }

    [Fact]
    public void It_follows_the_size_of_the_window()
    {
        using var tmux = Start("Many --saved");
        tmux.Resize(120, 40);
        tmux.WaitFor("CALL ");
        tmux.Resize(30, 8);
        tmux.WaitFor("hud needs 40x10");
        tmux.Resize(80, 24);
        tmux.WaitFor(screen => screen.Contains("CULPRIT", StringComparison.Ordinal) && !screen.Contains("CALL ", StringComparison.Ordinal), "the narrow table");
        tmux.Keys("q");
        tmux.WaitFor("ended: Quit");
    }

    [Fact]
    public void Keys_drive_the_screens()
    {
        using var tmux = Start("StuckNow");
        tmux.Keys("/", "cause:lock");
        tmux.WaitFor(screen => screen.Contains("cache::Cache", StringComparison.Ordinal) && !screen.Contains("backoff", StringComparison.Ordinal), "the filtered table");
        tmux.Keys("Enter");
        tmux.Keys("Enter");
        tmux.WaitFor("stack 1 of 1");
        tmux.Keys("Escape");
        tmux.WaitFor("COUNT");
        tmux.Keys("Escape");
        tmux.WaitFor("backoff");
        tmux.Keys("+");
        tmux.WaitFor("over 10 ms");
        tmux.Keys("?");
        tmux.WaitFor("Keys and words");
        tmux.Keys("Escape");
        // Esc and a key at once would be Alt with that key.
        tmux.WaitFor(screen => !screen.Contains("Keys and words", StringComparison.Ordinal), "the end of the help");
        tmux.Keys("q");
        tmux.WaitFor("ended: Quit");
    }

    [Fact]
    public void The_mouse_selects_opens_and_switches()
    {
        using var tmux = Start("Many --saved");
        tmux.Click("cache::Cache<K,V>::put");
        tmux.WaitFor(screen => Line(screen, "cache::Cache<K,V>::put").StartsWith('▸'), "the selected row");
        tmux.Click("cache::Cache<K,V>::put");
        tmux.WaitFor("stack 1 of 1");
        tmux.Click("Distribution");
        tmux.WaitFor("By worker");
        tmux.Click("3 Events");
        tmux.WaitFor("DURATION");
        tmux.Wheel(10, 10, down: true);
        tmux.WaitFor(screen => screen.Split('\n')[8].StartsWith('▸'), "the row three below the first");
        tmux.Keys("q");
        tmux.WaitFor("ended: Quit");

        static string Line(string screen, string text) => screen.Split('\n').First(line => line.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void An_ASCII_locale_and_no_colour_are_honoured()
    {
        using var tmux = Start("Many", "LC_ALL=C", "NO_COLOR=1");
        var screen = tmux.Screen();
        Assert.All(screen, c => Assert.True(c is '\n' or >= ' ' and < '\x7f', $"not ASCII: {c}"));
        tmux.Keys("q");
        tmux.WaitFor("ended: Quit");
    }

    [Fact]
    public void Without_a_terminal_it_says_so()
    {
        var start = new ProcessStartInfo("setsid", ["dotnet", Demo]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        Assert.Contains("no view: there is no terminal to draw on", process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    private static Tmux Start(string arguments, params ReadOnlySpan<string> environment)
    {
        Assert.SkipUnless(Tmux.Exists, "tmux is not installed");
        var tmux = new Tmux(80, 24, environment);
        tmux.Command("stty -a > /tmp/$$.before; clear");
        tmux.Command($"dotnet {Demo} {arguments}");
        tmux.WaitFor("checkout 4100");
        Assert.True(tmux.InAlternateScreen);
        return tmux;
    }

    /// <summary>The modes of the line are those from before, the cursor shows, and no mode of hud's is left on.</summary>
    private static void AssertModesAreBack(Tmux tmux)
    {
        // bash switches modes itself while it waits for input: the child sees what a program gets.
        tmux.Command("clear; stty -a | diff - /tmp/$$.before && echo same $((40+2))");
        tmux.WaitFor("same 42");
        Assert.Equal("0 0 1", tmux.Modes);
    }
}
