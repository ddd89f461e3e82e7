using System.Diagnostics;
using System.Globalization;

namespace Hud.Live.Tests;

/// <summary>A real terminal: a shell in tmux on a server of its own, driven by keys, read as text.</summary>
internal sealed class Tmux : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _server = $"hud-test-{Guid.NewGuid():n}";

    /// <param name="environment">Assignments for env(1).</param>
    public Tmux(int width, int height, params ReadOnlySpan<string> environment)
    {
        Run(["-f", "/dev/null", "new-session", "-d", "-x", Text(width), "-y", Text(height), "env", "LC_ALL=C.UTF-8", "PS1=ready> ", .. environment, "bash", "--norc", "--noprofile"]);
        Run(["set-option", "-g", "status", "off"]);
        // What a program copies by OSC 52 lands in a buffer of tmux.
        Run(["set-option", "-s", "set-clipboard", "on"]);
        WaitFor("ready>");
    }

    public static bool Exists { get; } = Path.Exists("/usr/bin/tmux");

    /// <summary>What was copied last.</summary>
    public string Clipboard => Run(["show-buffer"]);

    /// <summary>Sends a signal to the program that the shell runs.</summary>
    public void SignalChild(string signal)
    {
        var shell = Run(["display-message", "-p", "#{pane_pid}"]).Trim();
        var child = File.ReadAllText($"/proc/{shell}/task/{shell}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        using var kill = Process.Start("kill", [signal, child]);
        kill.WaitForExit();
    }

    /// <summary>True while a full-screen program has the alternate screen.</summary>
    public bool InAlternateScreen => Run(["display-message", "-p", "#{alternate_on}"]).Trim() == "1";

    /// <summary>Mouse reports, the alternate screen and the cursor, as tmux knows them: 1 on, 0 off.</summary>
    public string Modes => Run(["display-message", "-p", "#{mouse_any_flag} #{alternate_on} #{cursor_flag}"]).Trim();

    public void Keys(params ReadOnlySpan<string> keys) => Run(["send-keys", .. keys]);

    /// <summary>Presses and releases the left button on the first place that shows the text, as a terminal with SGR mouse reports says it.</summary>
    public void Click(string text)
    {
        var lines = WaitFor(text).Split('\n');
        var y = Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal));
        var x = lines[y].IndexOf(text, StringComparison.Ordinal);
        Mouse(0, x, y, 'M');
        Mouse(0, x, y, 'm');
    }

    public void Wheel(int x, int y, bool down) => Mouse(down ? 65 : 64, x, y, 'M');

    private void Mouse(int button, int x, int y, char final) =>
        Run(["send-keys", "-l", $"\e[<{Text(button)};{Text(x + 1)};{Text(y + 1)}{final}"]);

    public void Command(string line) => Run(["send-keys", line, "Enter"]);

    public void Resize(int width, int height) => Run(["resize-window", "-x", Text(width), "-y", Text(height)]);

    public string Screen() => Run(["capture-pane", "-p"]);

    /// <summary>Waits until the screen shows the text; fails with the screen in the message.</summary>
    public string WaitFor(string text) => WaitFor(screen => screen.Contains(text, StringComparison.Ordinal), text);

    public string WaitFor(Func<string, bool> condition, string what)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            var screen = Screen();
            if (condition(screen)) return screen;
            if (since.Elapsed > Patience) Assert.Fail($"waited for: {what}\n{screen}");
            Thread.Sleep(50);
        }
    }

    private string Run(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-L", _server, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Tests that run inside tmux must not touch the user's own server.
        start.Environment.Remove("TMUX");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => Run(["kill-server"]);
}
