using System.Runtime.InteropServices;

namespace Hud.Live.Terminal;

/// <summary>
/// The controlling terminal in raw mode on its alternate screen. Restored by <see cref="Dispose"/>, and also when the
/// process exits or dies of an unhandled exception. Stop and continue (Ctrl-Z, fg) hand it over and take it back.
/// </summary>
internal sealed class TtyTerminal : ITerminal, IDisposable
{
    private readonly int _fd;
    private readonly int _wake;
    private readonly LibC.Termios _saved;
    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _active;
    private bool _repaint;
    private bool _disposed;

    private TtyTerminal(int fd, int wake, LibC.Termios saved)
    {
        (_fd, _wake, _saved) = (fd, wake, saved);
        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Repaint()));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, OnStop));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, OnContinue));
        Enter();
    }

    /// <summary>Null if this process has no terminal to draw on; <paramref name="problem"/> then says why.</summary>
    public static TtyTerminal? TryOpen(out string? problem)
    {
        problem = null;
        var fd = LibC.Open("/dev/tty", LibC.ReadWrite | LibC.CloseOnExec | LibC.NoControllingTerminal);
        var saved = default(LibC.Termios);
        if (fd < 0 || LibC.IsTerminal(fd) != 1 || LibC.GetAttributes(fd, ref saved) != 0)
        {
            if (fd >= 0) _ = LibC.Close(fd);
            problem = "there is no terminal to draw on";
            return null;
        }
        return new TtyTerminal(fd, LibC.EventFd(0, LibC.CloseOnExec | LibC.NonBlocking), saved);
    }

    public (int Width, int Height) Size
    {
        get
        {
            var size = default(LibC.WindowSize);
            return LibC.WindowSizeOf(_fd, LibC.GetWindowSize, ref size) == 0 && size.Columns > 0 ? (size.Columns, size.Rows) : (80, 24);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_active) WriteAll(bytes);
        }
    }

    public unsafe int Wait(Span<byte> buffer, int timeoutMilliseconds)
    {
        var fds = stackalloc LibC.PollFd[2];
        fds[0] = new LibC.PollFd { Fd = _fd, Events = LibC.PollIn };
        fds[1] = new LibC.PollFd { Fd = _wake, Events = LibC.PollIn };
        if (LibC.Poll(fds, 2, timeoutMilliseconds) <= 0) return 0;
        if ((fds[1].Returned & LibC.PollIn) != 0)
        {
            ulong count;
            _ = LibC.Read(_wake, (byte*)&count, sizeof(ulong));
        }
        if ((fds[0].Returned & (LibC.PollIn | LibC.PollHangUp | LibC.PollError)) == 0) return 0;
        fixed (byte* start = buffer)
        {
            var read = (int)LibC.Read(_fd, start, (nuint)buffer.Length);
            if (read > 0) return read;
            return read < 0 && Marshal.GetLastPInvokeError() is LibC.Interrupted or LibC.TryAgain ? 0 : -1;
        }
    }

    public unsafe void Wake()
    {
        ulong one = 1;
        _ = LibC.Write(_wake, (byte*)&one, sizeof(ulong));
    }

    public bool TakeRepaint()
    {
        lock (_gate)
        {
            var repaint = _repaint;
            _repaint = false;
            return repaint;
        }
    }

    // The whole group, so that sudo or a shell script in front of hud stops with it.
    public void Suspend() => _ = LibC.Kill(0, LibC.SignalTerminalStop);

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate) Leave();
        // SIGCONT takes the terminal back: this call may return before the stop takes effect.
        _ = LibC.Kill(Environment.ProcessId, LibC.SignalStop);
    }

    private void OnContinue(PosixSignalContext context)
    {
        // The runtime's own answer would put back the line modes of the program's start.
        context.Cancel = true;
        Enter();
    }

    private void Repaint()
    {
        lock (_gate) _repaint = true;
        Wake();
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_disposed) return;
            var raw = _saved;
            LibC.MakeRaw(ref raw);
            _ = LibC.SetAttributes(_fd, LibC.AfterDrain, ref raw);
            _active = true;
            WriteAll(TerminalModes.Enter);
            _repaint = true;
        }
        Wake();
    }

    private void Leave()
    {
        if (!_active) return;
        _active = false;
        WriteAll(TerminalModes.Leave);
        var saved = _saved;
        _ = LibC.SetAttributes(_fd, LibC.AfterDrain, ref saved);
    }

    private unsafe void WriteAll(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var written = LibC.Write(_fd, start + done, (nuint)(bytes.Length - done));
                if (written > 0) done += (int)written;
                // A terminal that is gone (EIO after SIGHUP) ends the view through Wait, not here.
                else if (Marshal.GetLastPInvokeError() != LibC.Interrupted) return;
            }
        }
    }

    private void OnEnd(object? sender, EventArgs e) => Restore();

    private void Restore()
    {
        lock (_gate)
        {
            Leave();
            _disposed = true;
        }
    }

    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        foreach (var signal in _signals) signal.Dispose();
        _ = LibC.Close(_fd);
        _ = LibC.Close(_wake);
    }
}
