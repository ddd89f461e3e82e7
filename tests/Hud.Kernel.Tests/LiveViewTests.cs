using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Hud.Kernel.Tests.Harness;
using Hud.Live.Tests;

namespace Hud.Kernel.Tests;

/// <summary>The real program over a real target in a real terminal, driven by keys: what its screens say and how it ends.</summary>
public sealed class LiveViewTests
{
    private static readonly string Release = Repository.Fixture("release");

    [Fact]
    public async Task Keys_lead_through_every_screen_of_a_server_under_load()
    {
        Prerequisites.Require(DemoServer.Programs);
        using var server = await DemoServer.StartUnderLoad();
        using var terminal = Attach(server.Pid, "hud-demo", 120, 40);

        // Every planted blocker, each with its cause.
        (string Module, string Cause)[] planted = [("compress::", "cpu"), ("hash::", "cpu"), ("read::", "file-io"), ("dns::", "dns"), ("lock::", "lock"), ("sleep::", "sleep"), ("rpc::", "net-io")];
        terminal.WaitFor(screen => screen.Contains("BLOCKED", StringComparison.Ordinal) && planted.All(p => HasLine(screen, p.Module, p.Cause)), "the planted blockers");

        terminal.Keys("/", "cause:sleep", "Enter");
        terminal.WaitFor(screen => HasLine(screen, "sleep::back_off", "sleep") && !HasLine(screen, "compress::", "cpu"), "the filtered table");
        terminal.Keys("Enter");
        terminal.WaitFor("stack 1 of");
        terminal.WaitFor("Use tokio::time::sleep(..).await instead of std::thread::sleep.");
        terminal.Keys("Tab");
        terminal.WaitFor("By worker");
        terminal.Keys("Tab");
        terminal.WaitFor("of the blocker's time");
        // A key right behind Escape is Alt and that key: wait until each has done its work.
        terminal.Keys("Escape");
        terminal.WaitFor(screen => screen.Contains("filter: cause:sleep", StringComparison.Ordinal) && !screen.Contains("of the blocker's time", StringComparison.Ordinal), "the filtered table");
        terminal.Keys("m");
        terminal.WaitFor("muted, and kept in");
        terminal.Keys("Escape");
        terminal.WaitFor(screen => HasLine(screen, "compress::", "cpu") && !screen.Contains("filter: cause", StringComparison.Ordinal), "the whole table");
        terminal.WaitFor(screen => IsMuted(screen, "sleep::back_off"), "the muted row");

        terminal.Keys("2");
        // A column stands for a second or so by now and shows the cause that took most of it: which one varies.
        terminal.WaitFor(screen => Strips(screen).Count(strip => strip.ToUpperInvariant().Intersect("CLFSND").Any()) >= 2, "strips with blockers");
        terminal.WaitFor("I/O driver:");
        terminal.Keys("Left", "Left");
        terminal.WaitFor(" ago: ");

        terminal.Keys("3");
        terminal.WaitFor(screen => screen.Split('\n').Count(line => line.Contains(" sleep ", StringComparison.Ordinal) && line.Contains("bbbbb", StringComparison.Ordinal)) >= 2, "sleeping events");

        terminal.Keys("4");
        terminal.WaitFor("hud itself");
        terminal.WaitFor($"pid {server.Pid}");
        terminal.Keys("q");
        terminal.WaitFor("ended 0");

        // The next session knows what was muted.
        terminal.Command($"clear; {Repository.Hud} --pid {server.Pid}; echo ended $?");
        terminal.WaitFor(screen => IsMuted(screen, "sleep::back_off"), "the muted row of the session before");
    }

    [Fact]
    public async Task Threshold_window_pause_copy_and_export_work_while_it_runs()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--ms", "47");
        using var terminal = Attach(target, 110, 24, "--window 60");
        terminal.WaitFor("sleep_in_thread");
        terminal.WaitFor("last 60 s");

        terminal.Keys("+", "+", "+", "+");
        terminal.WaitFor("over 100 ms");
        terminal.WaitFor("No poll has kept a worker for 100 ms or longer.");
        terminal.Keys("-", "-");
        terminal.WaitFor("over 20 ms");
        terminal.WaitFor("sleep_in_thread");
        terminal.Keys("w");
        terminal.WaitFor("last 5m 00s");

        terminal.Keys("y");
        terminal.WaitFor(_ => terminal.Clipboard.Contains("sleep_in_thread blocks the worker: sleep", StringComparison.Ordinal), "the clipboard");

        terminal.Keys("Space");
        terminal.WaitFor("PAUSED");
        // A running screen never is the same for this long: it counts the seconds. The first look may come amid a frame.
        var frozen = terminal.WaitFor(
            screen =>
            {
                Thread.Sleep(1500);
                return screen == terminal.Screen();
            },
            "a screen that stands still");
        terminal.Keys("Space");
        terminal.WaitFor(screen => screen != frozen && !screen.Contains("PAUSED", StringComparison.Ordinal), "the screen to go on");

        // A reset begins the session anew: what follows is held against the time since.
        var before = Age(terminal.WaitFor(screen => Age(screen) > 5, "some seconds of session"));
        var since = Stopwatch.StartNew();
        terminal.Keys("r");
        terminal.WaitFor(screen => Age(screen) >= 0 && Age(screen) + 5 < before + since.Elapsed.TotalSeconds, "a session that began anew");

        terminal.Keys("e");
        terminal.WaitFor("wrote ");
        terminal.Keys("q");
        terminal.WaitFor("ended 0");
        terminal.Command("clear; jq -r .schema /proc/$$/cwd/*.hud.json");
        terminal.WaitFor("hud.report/1");
    }

    [Theory]
    [InlineData("q")]
    [InlineData("C-c")]
    [InlineData("kill")]
    [InlineData("duration")]
    [InlineData("target exits")]
    public async Task Every_end_restores_the_terminal_and_prints_the_summary(string end)
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--ms", "47");
        using var terminal = Attach(target, 80, 24, end == "duration" ? "--duration 6" : "");
        terminal.WaitFor("sleep_in_thread");
        switch (end)
        {
            case "q" or "C-c": terminal.Keys(end); break;
            case "kill": terminal.SignalChild("-TERM"); break;
            case "target exits": target.Kill(); break;
        }
        var screen = terminal.WaitFor("ended 0");
        // The last line of the summary: how much of it fits the screen depends on what there is to say.
        Assert.Contains("made by", screen, StringComparison.Ordinal);
        Assert.Equal("0 0 1", terminal.Modes);
        terminal.Command("clear; stty -a | diff - /proc/$$/cwd/modes && echo same $((40+2))");
        terminal.WaitFor("same 42");
    }

    [Fact]
    public async Task A_terminal_that_hangs_up_ends_it_with_its_exports_written()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--ms", "47");
        var file = TemporaryFile(".hud.json");
        try
        {
            using (var terminal = Attach(target, 80, 24, $"--export {file}")) terminal.WaitFor("sleep_in_thread");
            var since = Stopwatch.StartNew();
            while (!File.Exists(file) && since.Elapsed < TimeSpan.FromMinutes(1)) await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.Contains("sleep_in_thread", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_page_that_is_written_meanwhile_has_the_lines_of_the_source()
    {
        Prerequisites.Require(Repository.Fixture("debug"));
        using var target = await Target.Start("debug", "sleep", "--ms", "47");
        var file = TemporaryFile(".html");
        try
        {
            using var terminal = Attach(target, 80, 24, $"--export {file}");
            terminal.WaitFor("sleep_in_thread");
            terminal.Keys("e");
            terminal.WaitFor("wrote ");
            Assert.Contains("fn sleep_in_thread(length: Duration)", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string TemporaryFile(string extension) => Path.Combine(Path.GetTempPath(), $"hud-{Guid.NewGuid():n}{extension}");

    [Fact]
    public async Task Stop_and_continue_and_a_new_size_leave_a_whole_screen()
    {
        Prerequisites.Require(Release);
        using var target = await Target.Start("release", "sleep", "--ms", "47");
        using var terminal = Attach(target, 80, 24);
        terminal.WaitFor("sleep_in_thread");
        terminal.Keys("C-z");
        terminal.WaitFor("Stopped");
        terminal.Command("fg");
        terminal.WaitFor("sleep_in_thread");
        terminal.Resize(140, 45);
        terminal.WaitFor("CALL");
        terminal.Keys("q");
        // The shell has gone on with the rest of its line when the program stopped: only the summary tells.
        terminal.WaitFor("made by");
    }

    /// <summary>A shell in a directory of its own; the session's exit code is on the screen after it has ended.</summary>
    private static Tmux Attach(Target target, int width, int height, string options = "") =>
        Attach(target.Pid, "ground-truth", width, height, options);

    private static Tmux Attach(int pid, string name, int width, int height, string options = "")
    {
        if (!Tmux.Exists) Prerequisites.Missing("tmux is not installed");
        var terminal = new Tmux(width, height);
        // A home of its own, too: what is muted is kept there.
        terminal.Command("cd $(mktemp -d); export HOME=$PWD; unset XDG_CONFIG_HOME SUDO_UID; stty -a > modes; clear");
        terminal.Command($"{Repository.Hud} --pid {pid} --threshold 5 {options}; echo ended $?");
        terminal.WaitFor(name);
        return terminal;
    }

    /// <summary>Seconds that the first line gives; -1 without.</summary>
    private static int Age(string screen) => Regex.Match(screen, @"up (\d+) s") is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : -1;

    private static bool HasLine(string screen, string function, string cause) =>
        screen.Split('\n').Any(line => line.Contains(function, StringComparison.Ordinal) && line.Contains($" {cause} ", StringComparison.Ordinal));

    private static bool IsMuted(string screen, string function) =>
        screen.Split('\n').Any(line => line.Length > 2 && line[1] == 'm' && line.Contains(function, StringComparison.Ordinal));

    private static IEnumerable<string> Strips(string screen) =>
        screen.Split('\n').Where(line => line.Contains("tokio-runtime-w", StringComparison.Ordinal)).Select(line => line[(line.IndexOf("tokio-runtime-w", StringComparison.Ordinal) + 15)..]);
}
