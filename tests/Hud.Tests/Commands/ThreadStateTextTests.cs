using Hud.Commands;
using Hud.Tracking.Events;

namespace Hud.Tests.Commands;

public class ThreadStateTextTests
{
    private static readonly WorkerTotals Worker = new(Tid: 7, "tokio-rt-worker", Index: 0, RuntimeId: 0, IsWorker: true, 0, 0, 0, 0, InPoll: false, HoldsDriver: true);

    /// <summary>By now the worker waits for I/O; when its stack was taken it ran.</summary>
    [Theory]
    [InlineData(-1, 0, 0, 0, "between polls, or in block_in_place")]
    [InlineData(1, 0, 2, 0, "between polls, or in block_in_place")]
    [InlineData(232, 0, 3, 0, "parked, waiting for I/O and timers")]
    [InlineData(202, 0x80, 3, 0, "parked")]
    [InlineData(202, 0x189, 3, 0, "parked")]
    [InlineData(202, 0x81, 3, 0, "between polls, or in block_in_place")]
    [InlineData(232, 0, 0, 0, "between polls, or in block_in_place")]
    [InlineData(-1, 0, 0, 5, "in a poll")]
    public void The_state_is_that_of_the_moment_of_the_stack(int syscall, ulong operation, int kernelFrames, ulong sequence, string expected)
    {
        var stack = new StackEvent
        {
            Poll = new PollKey(7, sequence),
            Kind = StackKind.Snapshot,
            TimestampNs = 0,
            Tid = 7,
            Syscall = syscall,
            SyscallArgs = [0x1000, operation, 0, 0, 0, 0],
            KernelStack = new ulong[kernelFrames],
        };
        Assert.Equal(expected, ThreadStateText.Of(Worker, null, stack));
    }

    [Fact]
    public void Without_a_stack_there_is_only_the_state_by_now() =>
        Assert.Equal("parked, waiting for I/O and timers", ThreadStateText.Of(Worker, null, null));

    [Fact]
    public void A_poll_has_its_age()
    {
        var poll = new PollEvent(new PollKey(7, 5), TaskId: 12, StartNs: 0, EndNs: 20_500_000, OnCpuNs: 20_000_000, AsleepNs: 0, RunQueueNs: 500_000, UncertaintyNs: 0, InProgress: true);
        Assert.Equal("in a poll of task 12 for 20.5 ms (20.0 ms on CPU, 0.0 ms asleep, 0.5 ms in the run queue)", ThreadStateText.Of(Worker, poll, null));
    }
}
