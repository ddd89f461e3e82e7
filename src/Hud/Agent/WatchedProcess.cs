using Hud.Analysis.Model;
using Hud.Sessions;
using Hud.Target;

namespace Hud.Agent;

/// <summary>A session over one process on a thread of its own, until the process ends or the agent does.</summary>
internal sealed class WatchedProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private volatile Session? _session;

    public WatchedProcess(TokioProcess process, SessionSettings settings)
    {
        Process = process;
        _thread = new Thread(() => Watch(settings with { Pid = process.Pid })) { Name = "hud-session" };
        _thread.Start();
    }

    public TokioProcess Process { get; }

    /// <summary>The session has ended, or never began.</summary>
    public bool HasEnded => !_thread.IsAlive;

    /// <summary>Why it never began or broke off; null where the process ended.</summary>
    public string? Problem { get; private set; }

    /// <summary>The report so far; null while there is no session, or where it does not answer in time.</summary>
    public Report? Snapshot()
    {
        if (_session is not { } session || HasEnded) return null;
        var taken = new TaskCompletionSource<Report>(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Post(() => taken.TrySetResult(session.Snapshot()));
        return taken.Task.Wait(Patience) ? taken.Task.Result : null;
    }

    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        Stop();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch(SessionSettings settings)
    {
        try
        {
            using var session = Session.Attach(settings);
            _session = session;
            session.Run(_stop.Token);
        }
        catch (HudException e)
        {
            Problem = e.Line;
        }
        catch (Exception e)
        {
            // A defect met in one process must not end the watch over the others.
            Problem = $"defect in hud: {e.Message}";
        }
        finally
        {
            _session = null;
        }
    }
}
