using System.Buffers.Binary;
using Hud.Tracking.Calibration;

namespace Hud.Tracking.Tests.Calibration;

/// <summary>Core of a current_thread scheduler: beside its tick, the run queue's head goes up with every task.</summary>
public sealed class Current_thread_solver
{
    private const int Head = 8;
    private const int Tick = 24;

    [Theory]
    [InlineData(80, 128)]
    [InlineData(80, 64)]
    [InlineData(2000, 1024)]
    public void Head_of_the_run_queue_is_not_taken_for_the_tick(int tasks, int capacity)
    {
        var calls = new List<Snapshot>();
        uint tick = 0;
        for (var task = 1; task <= tasks; task++)
        {
            // Three tasks in one turn, then a turn that finds none, and a wait.
            tick += task % 3 == 0 ? 2u : 1;
            if (task % 10 == 0)
                calls.Add(Call(task, waits: task / 3, head: (uint)(task % capacity), tick));
        }

        var found = CurrentThreadSolver.Tick(calls);

        Assert.True(found.Holds, found.Missing);
        Assert.Equal(Tick, found.Value);
    }

    [Fact]
    public void Calls_that_were_recorded_with_another_place_of_the_Core_do_not_refute_this_one()
    {
        const int Other = 16, Core = 40;
        var snapshots = new List<Snapshot>();
        for (var task = 1; task <= 20; task++)
            snapshots.Add(Call(10 * task, 3 * task, (uint)(70 * task % 64), (uint)(13 * task), corePlace: Core));
        Assert.True(CurrentThreadSolver.HasTick(CurrentThreadSolver.Calls(snapshots, Core)));
        for (var task = 21; task <= 30; task++)
            snapshots.Insert(0, Call(10 * task, 3 * task, head: 0, tick: 0, corePlace: Other));

        Assert.False(CurrentThreadSolver.HasTick(snapshots));
        var calls = CurrentThreadSolver.Calls(snapshots, Core);
        Assert.Equal(20, calls.Count);
        Assert.True(CurrentThreadSolver.HasTick(calls));
    }

    private static Snapshot Call(int calls, int waits, uint head, uint tick, int corePlace = 0)
    {
        const ulong Address = 0x7100_0000;
        var context = new byte[Snapshot.ContextBefore + 64];
        BinaryPrimitives.WriteUInt64LittleEndian(context.AsSpan(Snapshot.ContextBefore + corePlace), Address);
        var core = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(core.AsSpan(Head), head);
        BinaryPrimitives.WriteUInt32LittleEndian(core.AsSpan(Tick), tick);
        return new Snapshot
        {
            IsCall = true,
            Tid = 1,
            Calls = (ulong)calls,
            Waits = (ulong)waits,
            Context = 0x7000_0000,
            Core = Address,
            TaskId = (ulong)calls + 10,
            ContextBytes = context,
            CoreBytes = core,
            Owners = [],
            Tls = [],
            TlsStart = 0,
        };
    }
}
