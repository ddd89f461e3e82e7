using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Input;
using Hud.Live.Model;
using Hud.Live.Screens;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;
using Hud.Tracking.Events;

namespace Hud.Live.Tests;

/// <summary>Frame, state and canvas without a terminal: push data, press keys, read the screen.</summary>
internal sealed class ViewHarness
{
    private readonly LiveModel _model;

    public ViewHarness(Report? report, int width = 80, int height = 24, bool live = true, bool ascii = false, bool light = false)
    {
        _model = new LiveModel(report?.Session.WindowNs);
        if (report is not null) _model.Update(report);
        Frame.IsLive = live;
        Canvas = new Canvas(width, height, Theme.For(light, ColorDepth.TrueColor), ascii ? Glyphs.Ascii : Glyphs.Unicode);
        Draw();
    }

    public LiveFrame Frame { get; } = new();
    public ViewState View { get; } = new(new MutedPlaces());
    public Canvas Canvas { get; }
    public LiveModel Model => _model;

    /// <summary>One frame of a running session: the workers' state is new, the report is the same.</summary>
    public void Redraw()
    {
        Frame.Version = -1;
        _model.CopyTo(Frame);
        View.Settle(Frame);
        Canvas.Begin(Canvas.Width, Canvas.Height);
        LiveScreen.Draw(Canvas, Frame, View);
    }

    public string Draw(int? width = null, int? height = null)
    {
        _model.CopyTo(Frame);
        View.Settle(Frame);
        Canvas.Begin(width ?? Canvas.Width, height ?? Canvas.Height);
        LiveScreen.Draw(Canvas, Frame, View);
        return Canvas.Cells.ToText();
    }

    public Request Press(InputEvent key)
    {
        var request = Controller.Handle(key, View, Frame, Canvas);
        Draw();
        return request;
    }

    public ViewHarness Press(params ReadOnlySpan<Key> keys)
    {
        foreach (var key in keys) Press(new InputEvent(key));
        return this;
    }

    public ViewHarness Type(string text)
    {
        foreach (var rune in text.EnumerateRunes()) Press(new InputEvent(Key.Character, rune.Value));
        return this;
    }

    /// <summary>Ten seconds of four workers: worker 1 polls half of the time, worker 2 is asleep in a poll from 5 s on.</summary>
    public ViewHarness WatchWorkers(Report report)
    {
        var end = report.Session.StartNs + report.Session.DurationNs;
        for (var tick = 0; tick <= 100; tick++)
        {
            var ns = tick * 100 * SampleReports.Ms;
            var stuck = Math.Max(0, ns - 5_000 * SampleReports.Ms);
            WorkerTotals[] totals =
            [
                Totals(0, 0, ns, inPoll: false, holdsDriver: stuck == 0),
                Totals(1, ns / 2, ns - ns / 2, inPoll: false),
                Totals(2, 0, ns - stuck, inPoll: stuck > 0),
                Totals(3, ns / 100, ns - ns / 100, inPoll: false),
            ];
            List<PollEvent> inProgress = stuck > 0
                ? [new PollEvent(new PollKey(SampleReports.FirstTid + 2, 9), 991, end - 5_000 * SampleReports.Ms, end, 0, stuck, 0, 0, InProgress: true)]
                : [];
            _model.Update(end - 10_000 * SampleReports.Ms + ns, totals, inProgress);
        }
        Draw();
        return this;
    }

    private static WorkerTotals Totals(int worker, long onCpu, long idle, bool inPoll, bool holdsDriver = false) =>
        new(SampleReports.FirstTid + worker, "tokio-runtime-w", worker, 0, true, onCpu, 0, 0, idle, inPoll, holdsDriver);
}
