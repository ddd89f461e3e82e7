using Hud.Analysis.Model;
using Hud.Commands;
using Hud.Live;
using Hud.Live.Model;
using Hud.Reporting;

namespace Hud.Sessions;

/// <summary>A running session as the live view sees it: the session works on a thread of its own, the view on this one.</summary>
internal sealed class LiveSession : ILiveSource
{
    private const long ReportPeriodNs = 250_000_000;

    private readonly Session _session;
    private readonly SessionSettings _settings;
    private long _nextReportNs;

    private LiveSession(Session session, SessionSettings settings)
    {
        (_session, _settings) = (session, settings);
        Model = new LiveModel(settings.WindowNs);
        session.Updated = (now, workers, running, counters) =>
        {
            Model.Update(now, workers, running, counters);
            if (now < _nextReportNs) return;
            _nextReportNs = now + ReportPeriodNs;
            Model.Update(session.Snapshot());
        };
    }

    public LiveModel Model { get; }

    public bool IsLive => true;

    public string? SourceRoot => _session.Target.RootPath;

    /// <summary>Shows the session until the user quits, a signal comes, or the session ends; returns the final report.</summary>
    public static Report Run(Session session, SessionSettings settings, StopSignals signals)
    {
        var source = new LiveSession(session, settings);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        Exception? failure = null;
        var worker = new Thread(() =>
        {
            try
            {
                session.Run(signals.Token);
            }
            catch (Exception e)
            {
                failure = e;
            }
            ended.Cancel();
        })
        { Name = "hud-session" };
        worker.Start();
        try
        {
            if (LiveApp.Run(source, LiveOptions.For(session.Target.Name), ended.Token, out var problem) is null)
            {
                Output.Progress($"no live view ({problem}); the report is printed when the session ends");
                worker.Join();
            }
        }
        finally
        {
            signals.Stop();
            worker.Join();
        }
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return session.Snapshot();
    }

    public void SetThreshold(long thresholdNs) => _session.Post(() => _session.SetThreshold(thresholdNs));

    public void SetWindow(long? windowNs)
    {
        Model.WindowNs = windowNs;
        _session.Post(() => _session.SetWindow(windowNs));
    }

    public void Reset()
    {
        Model.Reset();
        _session.Post(_session.Reset);
    }

    /// <summary>Writes the session's exports, or a .hud.json named after the target where none was asked for.</summary>
    public string Export()
    {
        var taken = new TaskCompletionSource<Report>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.Post(() => taken.SetResult(_session.Snapshot()));
        if (!taken.Task.Wait(TimeSpan.FromSeconds(5))) return "the session has ended; its exports are written when the view closes";
        var targets = _settings.Exports.Where(e => !e.ToStandardOutput).ToArray();
        if (targets.Length == 0)
            targets = [ExportTarget.Create($"{FileNames.Safe(_session.Target.Name)}-{DateTime.Now:yyyyMMdd-HHmmss}.hud.json")];
        ExportTarget.WriteAll(targets, taken.Task.Result, Output.ForFiles);
        return $"wrote {string.Join(", ", targets.Select(t => t.Path))}";
    }
}
