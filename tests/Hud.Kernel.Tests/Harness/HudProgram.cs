using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace Hud.Kernel.Tests.Harness;

/// <summary>One finished run of the built hud program.</summary>
/// <param name="StolenNs">What the hypervisor took meanwhile of all CPUs.</param>
internal sealed record HudRun(int ExitCode, string Output, string Error, long StolenNs)
{
    /// <summary>The report on standard output; fails the test where the run failed.</summary>
    public JsonReport Report
    {
        get
        {
            Assert.True(ExitCode == 0, $"hud ended with {ExitCode}\n{Error}");
            return JsonReport.Parse(Output) with { StolenNs = StolenNs };
        }
    }

    public override string ToString() => $"exit code {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Error}";
}

internal sealed class HudProgram : IDisposable
{
    /// <summary>Far beyond any run: hud must end by itself.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;
    private readonly long _stolenBeforeNs = HostSteal.TotalNs();
    private readonly Channel<string> _errorLines = Channel.CreateUnbounded<string>();

    private HudProgram(string program, IEnumerable<string> arguments)
    {
        // Where the tests run in a background job, SIGINT is ignored, and programs inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["NO_COLOR"] = "1";
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = ReadErrors();
    }

    public int Pid => _process.Id;

    public static HudProgram Start(params string[] arguments) => new(Repository.Hud, arguments);

    public static Task<HudRun> Run(params string[] arguments) => Start(arguments).Finish();

    /// <summary>As a user without any privileges, from a directory that such a user can read.</summary>
    public static async Task<HudRun> RunAsNobody(params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("hud-nobody-");
        try
        {
            File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_101_101);
            var copy = Path.Combine(directory.FullName, "hud");
            File.Copy(Repository.Hud, copy);
            string[] nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];
            return await new HudProgram("setpriv", [.. nobody, copy, .. arguments]).Finish();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Starts a program and then hud, which gets its pid, in a pid namespace of their own with its own /proc, as in a container. The program ends with hud.</summary>
    public static Task<HudRun> WatchInContainer(string[] program, params string[] arguments)
    {
        const string Script = "hud=$1; count=$2; shift 2; \"${@:1:count}\" & shift $count; sleep 1; exec \"$hud\" --pid $! \"$@\"";
        return new HudProgram("unshare", ["--pid", "--fork", "--mount-proc", "--kill-child", "bash", "-c", Script, "bash", Repository.Hud, program.Length.ToString(CultureInfo.InvariantCulture), .. program, .. arguments]).Finish();
    }

    /// <summary>A headless session with the JSON report on standard output.</summary>
    public static Task<HudRun> Watch(int pid, double seconds, params string[] more) => Run(
        ["--pid", pid.ToString(CultureInfo.InvariantCulture), "--headless", "--json", "--threshold", "5",
         "--duration", seconds.ToString(CultureInfo.InvariantCulture), .. more]);

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>Waits for a line on standard error that contains the text; null when the program ends without one.</summary>
    public async Task<string?> WaitForProgress(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _errorLines.Reader.WaitToReadAsync(limit.Token))
        {
            while (_errorLines.Reader.TryRead(out var line))
            {
                if (line.Contains(text, StringComparison.Ordinal)) return line;
            }
        }
        return null;
    }

    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    public async Task<HudRun> Finish()
    {
        using (this)
        {
            using var limit = new CancellationTokenSource(Limit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                Assert.Fail($"hud did not end within {Limit.TotalSeconds} s\n{await _error}");
            }
            return new HudRun(_process.ExitCode, await _output, await _error, HostSteal.TotalNs() - _stolenBeforeNs);
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<string> ReadErrors()
    {
        var all = new StringBuilder();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            all.Append(line).Append('\n');
            _errorLines.Writer.TryWrite(line);
        }
        _errorLines.Writer.Complete();
        return all.ToString();
    }
}
