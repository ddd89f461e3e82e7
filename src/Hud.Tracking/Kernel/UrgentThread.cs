using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>
/// Work of moments for which the target pays as long as it is not done. Where all CPUs are busy a thread like any other waits for
/// some milliseconds until it gets one.
/// </summary>
internal static class UrgentThread
{
    private const int PriorityOfThread = 0, Nicest = -20;

    /// <summary>Runs <paramref name="work"/> on a thread of its own, before others as far as the kernel allows it.</summary>
    public static Task Start(Action work) => Task.Factory.StartNew(
        () =>
        {
            _ = Libc.SetPriority(PriorityOfThread, 0, Nicest);
            work();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
