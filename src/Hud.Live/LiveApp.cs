using System.Runtime.InteropServices;
using Hud.Live.Input;
using Hud.Live.Model;
using Hud.Live.Screens;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live;

/// <summary>Why the live view ended.</summary>
public enum LiveExit
{
    /// <summary>The user pressed q.</summary>
    Quit,

    /// <summary>Ctrl-C or SIGINT.</summary>
    Interrupted,

    /// <summary>SIGTERM.</summary>
    Terminated,

    /// <summary>The terminal is gone (SIGHUP).</summary>
    HungUp,

    /// <summary>The caller's token: the target has exited, or the duration is over.</summary>
    Cancelled,
}

/// <summary>How the live view looks; null members follow the terminal.</summary>
public sealed record LiveOptions
{
    public TerminalProfile Profile { get; init; } = TerminalProfile.Detect();

    /// <summary>What the user has marked as known before, and where that is kept.</summary>
    public MutedPlaces Muted { get; init; } = new();

    /// <summary>With the marks of earlier sessions over the same program.</summary>
    public static LiveOptions For(string program) => new() { Muted = new MutedPlaces(MuteFile.For(program, Environment.GetEnvironmentVariable)) };
}

/// <summary>The live view: reads keys, draws at most ten times a second, and writes only what changed.</summary>
public sealed class LiveApp
{
    private const int FrameMilliseconds = 100;
    private const int EscapeMilliseconds = 50;

    private readonly ILiveSource _source;
    private readonly ITerminal _terminal;
    private readonly TimeProvider _clock;
    private readonly TerminalProfile _profile;
    private readonly Canvas _canvas;
    private readonly FrameWriter _writer;
    private readonly LiveFrame _frame = new();
    private readonly ViewState _view;
    private readonly InputParser _parser = new();
    private readonly List<InputEvent> _events = [];
    private long _drawnAt;
    private bool _dirty = true;
    private volatile Task<string>? _export;
    private int _exit = -1;
    private int _signalled;

    internal LiveApp(ILiveSource source, ITerminal terminal, TerminalProfile profile, TimeProvider clock, MutedPlaces? muted = null)
    {
        (_source, _terminal, _profile, _clock) = (source, terminal, profile, clock);
        _view = new ViewState(muted ?? new MutedPlaces());
        if (muted?.Problem is { } problem) Say(problem, isError: true);
        _canvas = new Canvas(0, 0, Theme.For(profile.LightBackground ?? false, profile.Depth), profile.Ascii ? Glyphs.Ascii : Glyphs.Unicode);
        _writer = new FrameWriter(profile.Depth, profile.Ascii);
        _frame.IsLive = source.IsLive;
        _frame.Zone = TimeZoneInfo.Local;
        _frame.Sources = new SourceText(source.SourceRoot);
    }

    /// <summary>
    /// Shows the source on the controlling terminal until the user leaves, a signal comes or the token is cancelled. The
    /// terminal is as it was before when this returns, and also if the process ends in another way.
    /// </summary>
    /// <returns>Null if there is no terminal; <paramref name="problem"/> then says so.</returns>
    public static LiveExit? Run(ILiveSource source, LiveOptions options, CancellationToken cancellation, out string? problem)
    {
        using var terminal = TtyTerminal.TryOpen(out problem);
        if (terminal is null) return null;
        var app = new LiveApp(source, terminal, options.Profile, TimeProvider.System, options.Muted);
        using var interrupt = app.On(PosixSignal.SIGINT, LiveExit.Interrupted);
        using var terminate = app.On(PosixSignal.SIGTERM, LiveExit.Terminated);
        using var hangUp = app.On(PosixSignal.SIGHUP, LiveExit.HungUp);
        using var cancel = cancellation.Register(() => app.End(LiveExit.Cancelled));
        return app.Loop();
    }

    private PosixSignalRegistration On(PosixSignal signal, LiveExit exit) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            if (Interlocked.Exchange(ref _signalled, 1) == 0) context.Cancel = true;
            // A second signal takes its default, in case the view hangs; unless another handler has plans with it.
            End(exit);
        });

    /// <summary>Ends the view; the first reason counts. For any thread.</summary>
    internal void End(LiveExit exit)
    {
        _ = Interlocked.CompareExchange(ref _exit, (int)exit, -1);
        _terminal.Wake();
    }

    internal LiveExit Loop()
    {
        Span<byte> input = stackalloc byte[1024];
        while (true)
        {
            Draw();
            if (Volatile.Read(ref _exit) is >= 0 and var exit) return (LiveExit)exit;
            var read = _terminal.Wait(input, Timeout());
            if (read < 0) return LiveExit.HungUp;
            if (read > 0) _parser.Feed(input[..read], _events);
            else if (_parser.IsPending) _parser.Flush(_events);
            foreach (var key in _events) Handle(key);
            _events.Clear();
        }
    }

    /// <summary>A saved or paused screen waits for keys only; a live one for its next frame.</summary>
    private int Timeout()
    {
        if (_parser.IsPending) return EscapeMilliseconds;
        if (!_dirty && _export is null && (_view.Paused || !_source.IsLive)) return -1;
        return (int)Math.Clamp(FrameMilliseconds - _clock.GetElapsedTime(_drawnAt).TotalMilliseconds + 1, 1, FrameMilliseconds);
    }

    private void Handle(InputEvent input)
    {
        _dirty = true;
        if (input.Key == Key.BackgroundColor)
        {
            SetBackground(input.CodePoint);
            return;
        }
        switch (Controller.Handle(input, _view, _frame, _canvas))
        {
            case Request.Quit: End(LiveExit.Quit); break;
            case Request.Interrupt: End(LiveExit.Interrupted); break;
            case Request.Suspend: _terminal.Suspend(); break;
            case Request.TogglePause: _view.Paused = !_view.Paused && _source.IsLive; break;
            case Request.RaiseThreshold: ChangeThreshold(1); break;
            case Request.LowerThreshold: ChangeThreshold(-1); break;
            case Request.NextWindow: ChangeWindow(); break;
            case Request.Reset: Reset(); break;
            case Request.Export: StartExport(); break;
            case Request.Copy: Copy(); break;
            case Request.Redraw: _writer.Invalidate(); break;
        }
        // A second key of the same burst must find rows and selections as the first one left them.
        _view.Settle(_frame);
    }

    private void SetBackground(int rgb)
    {
        if (_profile.Depth == ColorDepth.None) return;
        var luma = (299 * (rgb >> 16 & 255) + 587 * (rgb >> 8 & 255) + 114 * (rgb & 255)) / 1000;
        _canvas.Theme = Theme.For(luma > 140, _profile.Depth);
    }

    private void ChangeThreshold(int direction)
    {
        if (!IsAdjustable("threshold") || _frame.Report is not { } report) return;
        var threshold = Steps.Threshold(_threshold ?? report.Session.ThresholdNs, direction);
        _threshold = threshold;
        _source.SetThreshold(threshold);
        Say($"threshold {Formatted.Text(new Duration(threshold), "s")}");
    }

    // Two quick presses are two steps, though the report lags behind.
    private long? _threshold;

    private void ChangeWindow()
    {
        if (!IsAdjustable("window")) return;
        var window = Steps.Window(_source.Model.WindowNs);
        _source.Model.WindowNs = window;
        _source.SetWindow(window);
        Say(window is { } ns ? $"window {Formatted.Text(new Duration(ns), "s")}" : "window: the whole session");
    }

    private void Reset()
    {
        if (!_source.IsLive)
        {
            Say("a saved report has nothing to reset", isError: true);
            return;
        }
        _source.Reset();
        _source.Model.Reset();
        Say("reset: measuring starts afresh");
    }

    private bool IsAdjustable(string what)
    {
        if (!_source.IsLive) Say($"the {what} of a saved report is fixed", isError: true);
        return _source.IsLive;
    }

    private void StartExport()
    {
        if (_export is not null) return;
        Say("exporting ...");
        _export = Task.Run(_source.Export);
        _export.ContinueWith(static (_, terminal) => ((ITerminal)terminal!).Wake(), _terminal, TaskScheduler.Default);
    }

    private void TakeExport()
    {
        if (_export is not { IsCompleted: true } export) return;
        _export = null;
        _dirty = true;
        if (export.IsFaulted) Say($"export failed: {export.Exception.GetBaseException().Message}", isError: true);
        else Say(export.Result);
    }

    private void Copy()
    {
        if (Clipboard.Text(_view, _frame) is not { } text)
        {
            Say("nothing to copy here", isError: true);
            return;
        }
        _terminal.Write(TerminalModes.Copy(text));
        Say(_profile.Multiplexed ? "sent to the terminal's clipboard by OSC 52; tmux takes it with: set -s set-clipboard on" : "sent to the terminal's clipboard by OSC 52");
    }

    private void Say(string message, bool isError = false) => (_view.Message, _view.MessageIsError) = (message, isError);

    private void Draw()
    {
        TakeExport();
        if (_terminal.TakeRepaint())
        {
            _writer.Invalidate();
            _dirty = true;
        }
        if (!_dirty && _clock.GetElapsedTime(_drawnAt).TotalMilliseconds < FrameMilliseconds) return;
        var changed = !_view.Paused && _frame.Version != _source.Model.Version;
        if (!_dirty && !changed)
        {
            _drawnAt = _clock.GetTimestamp();
            return;
        }
        if (changed) _source.Model.CopyTo(_frame);
        if (_frame.Report?.Session.ThresholdNs == _threshold) _threshold = null;
        _view.Settle(_frame);
        var (width, height) = _terminal.Size;
        _canvas.Begin(width, height);
        LiveScreen.Draw(_canvas, _frame, _view);
        var bytes = _writer.Write(_canvas.Cells);
        if (!bytes.IsEmpty) _terminal.Write(bytes);
        _drawnAt = _clock.GetTimestamp();
        _dirty = false;
    }
}
