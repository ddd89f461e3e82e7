using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Calibration;

/// <summary>Decodes calibration records.</summary>
/// <param name="tlsStart">See <see cref="Snapshot.TlsStart"/>.</param>
internal sealed class SnapshotStore(long tlsStart) : IRecordReader
{
    public SnapshotQueue MultiThread { get; } = new();

    public SnapshotQueue CurrentThread { get; } = new();

    /// <summary>Poll functions that were entered, not looked at yet.</summary>
    public Queue<PollSighting> Sightings { get; } = [];

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (record.Length < Unsafe.SizeOf<WireHeader>())
            return;
        switch ((WireEventType)MemoryMarshal.Read<WireHeader>(record).Type)
        {
            case WireEventType.Call or WireEventType.Moment when record.Length >= Unsafe.SizeOf<WireCall>():
                var call = MemoryMarshal.Read<WireCall>(record);
                (call.Kind == LayoutEncoding.MultiThread ? MultiThread : CurrentThread).Add(Decode(call, record[Unsafe.SizeOf<WireCall>()..]));
                break;
            case WireEventType.Sighting when record.Length >= Unsafe.SizeOf<WireSighting>():
                Sightings.Enqueue(Decode(MemoryMarshal.Read<WireSighting>(record), record[Unsafe.SizeOf<WireSighting>()..]));
                break;
        }
    }

    private Snapshot Decode(in WireCall wire, ReadOnlySpan<byte> tls)
    {
        ReadOnlySpan<byte> context = wire.ContextBytes;
        ReadOnlySpan<byte> core = wire.CoreBytes;
        ReadOnlySpan<byte> owners = wire.OwnerBytes;
        return new Snapshot
        {
            IsCall = (WireEventType)wire.Header.Type == WireEventType.Call,
            Tid = (int)wire.Header.Tid,
            Round = (int)wire.Round,
            Calls = wire.Calls,
            Waits = wire.Waits,
            Context = wire.Context,
            Core = wire.Core,
            TaskId = wire.TaskId,
            Syscall = wire.Syscall,
            ContextBytes = context.ToArray(),
            CoreBytes = core.ToArray(),
            Owners = owners.ToArray(),
            Tls = tls[..(int)Math.Min(wire.TlsBytes, (uint)tls.Length)].ToArray(),
            TlsStart = tlsStart,
        };
    }

    private static PollSighting Decode(in WireSighting wire, ReadOnlySpan<byte> tls) => new(
        (int)wire.Site,
        wire.ReturnAddress,
        wire.Scheduler,
        wire.StackPointer,
        wire.ThreadPointer,
        tls[..(int)Math.Min(wire.TlsBytes, (uint)tls.Length)].ToArray(),
        ((ReadOnlySpan<byte>)wire.Stack)[..(int)wire.StackBytes].ToArray());
}
