using System.Buffers.Binary;
using Hud.Tracking.Calibration;

namespace Hud.Tracking.Tests.Calibration;

/// <summary>Where a made-up build of Tokio keeps its state.</summary>
internal sealed record SyntheticBuild
{
    public int TlsBytes { get; init; } = 512;
    public int SchedulerTls { get; init; } = -0x68;
    public int ToContext { get; init; }
    public ulong Tag { get; init; } = 1;
    public int TaskIdTls { get; init; } = -0xB8;
    public int ContextWorker { get; init; }
    public int ContextCore { get; init; } = 16;
    public int CoreTick { get; init; } = 32;
    public int TickSize { get; init; } = 4;
    public int CorePark { get; init; } = 8;
    public int CoreBytes { get; init; } = 256;
    public int WorkerHandleWord { get; init; } = 2;
    public int WorkerIndexWord { get; init; } = 3;
}

/// <summary>
/// Writes the snapshots that a worker thread of a <see cref="SyntheticBuild"/> would give: words that nothing is known of
/// hold noise from a seeded generator, partly constant and partly changing.
/// </summary>
/// <param name="coreAt">Which Core's memory it has, that of a worker before it perhaps; its own where null.</param>
internal sealed class SyntheticWorker(SyntheticBuild build, int tid, int index, Random random, int? coreAt = null)
{
    private const ulong Handle = 0x5555_1000_0000;
    private const int EpollWait = 232;

    private readonly ulong _context = 0x7f00_0000_0000 + (ulong)tid * 0x10000 + 0x80;
    private readonly ulong _core = 0x5556_0000_0000 + (ulong)(coreAt ?? tid) * 0x1000;
    private readonly ulong _worker = 0x5557_0000_0000 + (ulong)tid * 0x100;
    private readonly ulong _parker = 0x5558_0000_0000 + (ulong)tid * 0x100;
    private readonly ulong _idleId = (ulong)(tid % 8 + 1);
    private readonly byte[] _constantTls = Noise(random, build.TlsBytes);
    private readonly byte[] _constantCore = Noise(random, build.CoreBytes);
    private uint _tick;
    private ulong _calls;
    private ulong _task;
    private int _round = 1;

    /// <summary>Probes were away while the worker ran more tasks.</summary>
    public void NewRound(uint uncounted) => (_round, _tick) = (_round + 1, _tick + uncounted);

    public Snapshot Call(ulong taskId, int ticks = 1)
    {
        _tick += (uint)ticks;
        _calls++;
        _task = taskId;
        return Take(isCall: true, syscall: -1, coreInContext: false, parked: false, _idleId);
    }

    public Snapshot InTask(int syscall = -1) => Take(isCall: false, syscall, coreInContext: true, parked: false, _task);

    public Snapshot Between() => Take(isCall: false, -1, coreInContext: false, parked: false, _idleId);

    public Snapshot Parked(int syscall = EpollWait) => Take(isCall: false, syscall, coreInContext: true, parked: true, _idleId);

    private Snapshot Take(bool isCall, int syscall, bool coreInContext, bool parked, ulong currentId)
    {
        var tls = (byte[])_constantTls.Clone();
        Put(tls, random.Next(build.TlsBytes / 8) * 8, (ulong)random.NextInt64());
        Put(tls, build.TlsBytes + build.SchedulerTls, _context - (ulong)build.ToContext);
        Put(tls, build.TlsBytes + build.TaskIdTls, currentId);

        var context = Noise(random, 192);
        Put(context, Snapshot.ContextBefore + build.ContextWorker, _worker);
        Put(context, Snapshot.ContextBefore + build.ContextCore, coreInContext ? _core : 0);
        if (build.ToContext > 0)
            Put(context, Snapshot.ContextBefore - build.ToContext, build.Tag);

        var core = (byte[])_constantCore.Clone();
        Put(core, build.CorePark, parked ? 0 : _parker);
        if (build.TickSize == 1)
            core[build.CoreTick] = (byte)_tick;
        else
            BinaryPrimitives.WriteUInt32LittleEndian(core.AsSpan(build.CoreTick), _tick);

        var owners = Noise(random, 4 * Snapshot.OwnerBytes);
        var worker = owners.AsSpan(build.ContextWorker / 8 * Snapshot.OwnerBytes);
        worker[..40].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(worker[(build.WorkerHandleWord * 8)..], Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(worker[(build.WorkerIndexWord * 8)..], (ulong)index);

        return new Snapshot
        {
            IsCall = isCall,
            Tid = tid,
            Round = _round,
            Calls = _calls,
            Context = _context,
            Core = _core,
            TaskId = _task,
            Syscall = syscall,
            ContextBytes = context,
            CoreBytes = core,
            Owners = owners,
            Tls = tls,
            TlsStart = -tls.Length,
        };
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Put(byte[] bytes, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(offset), value);
}
