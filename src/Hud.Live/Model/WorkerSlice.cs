namespace Hud.Live.Model;

/// <summary>How a worker spent one time slice, in microseconds. All zero where nobody watched it.</summary>
/// <param name="PollingUs">On the CPU.</param>
/// <param name="BlockedUs">Asleep in the kernel inside a poll.</param>
/// <param name="RunQueueUs">Runnable without a CPU.</param>
/// <param name="ParkedUs">Waiting for work.</param>
public readonly record struct WorkerSlice(float PollingUs, float BlockedUs, float RunQueueUs, float ParkedUs)
{
    public float TotalUs => PollingUs + BlockedUs + RunQueueUs + ParkedUs;

    public static WorkerSlice operator +(WorkerSlice a, WorkerSlice b) => Add(a, b);

    public static WorkerSlice Add(WorkerSlice a, WorkerSlice b) => new(
        a.PollingUs + b.PollingUs, a.BlockedUs + b.BlockedUs, a.RunQueueUs + b.RunQueueUs, a.ParkedUs + b.ParkedUs);

    internal WorkerSlice Scale(float by) => new(PollingUs * by, BlockedUs * by, RunQueueUs * by, ParkedUs * by);
}
