namespace Hud.Live.Model;

/// <summary>
/// What the live view looks at: a running session or a saved report. The actions are called on the view's thread while the
/// session works on its own; an implementation hands them over and returns at once.
/// </summary>
public interface ILiveSource
{
    /// <summary>The data. The source writes into it, the view reads from it.</summary>
    LiveModel Model { get; }

    /// <summary>False for a saved report: threshold and window are fixed, and there is nothing to reset.</summary>
    bool IsLive { get; }

    /// <summary>Sets the threshold, in nanoseconds, from now on.</summary>
    void SetThreshold(long thresholdNs);

    /// <summary>Sets the rolling window, in nanoseconds; null means the whole session.</summary>
    void SetWindow(long? windowNs);

    /// <summary>Forgets what was seen so far.</summary>
    void Reset();

    /// <summary>
    /// Writes the session's exports now. Called on a thread of its own; it may take its time.
    /// </summary>
    /// <returns>What was written, as a sentence for the status line.</returns>
    /// <exception cref="Exception">Its message is shown.</exception>
    string Export();

    /// <summary>Prefix under which the target's files are found (its <c>/proc/PID/root</c>), or null for hud's own root.</summary>
    string? SourceRoot => null;
}
