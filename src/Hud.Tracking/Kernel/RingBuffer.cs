using System.Runtime.InteropServices;
using Hud.Target;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>Receives the records of a BPF ring buffer; the span is valid during the call only.</summary>
internal interface IRecordReader
{
    void OnRecord(ReadOnlySpan<byte> record);
}

/// <summary>Consumer of one BPF ring buffer, without wake-ups: whoever owns it drains it now and then.</summary>
internal sealed unsafe class RingBuffer : IDisposable
{
    private GCHandle _reader;
    private nint _handle;
    private Exception? _failure;
    private readonly IRecordReader _target;

    public RingBuffer(BpfMap map, IRecordReader reader)
    {
        _target = reader;
        _reader = GCHandle.Alloc(this);
        _handle = LibBpf.RingBufferNew(map.Fd, &OnRecord, GCHandle.ToIntPtr(_reader), 0);
        if (_handle == 0)
            throw new HudException("The ring buffer cannot be mapped", "raise the limit on locked memory (ulimit -l unlimited)", ExitCode.PreconditionMissing);
    }

    /// <summary>Writes to all of its memory, so that the target is not held up when it does so for the first time.</summary>
    /// <param name="touch">Fills a ring up; bpf/ring.bpf.h.</param>
    public void Touch(nint touch)
    {
        // A ring is never quite full: the last page is the first of the second turn.
        for (var turn = 0; turn < 2; turn++)
        {
            var options = new LibBpf.TestRunOptions { Size = (nuint)sizeof(LibBpf.TestRunOptions) };
            _ = LibBpf.ProgramRun(LibBpf.ProgramFd(touch), &options);
            Drain();
        }
    }

    /// <summary>Delivers what has arrived, in order. An exception of the reader is thrown here.</summary>
    public void Drain()
    {
        if (_handle != 0)
            _ = LibBpf.RingBufferConsume(_handle);
        if (_failure is { } failure)
        {
            _failure = null;
            throw new InvalidOperationException("A record of the kernel part could not be handled.", failure);
        }
    }

    public void Dispose()
    {
        if (_handle != 0)
            LibBpf.RingBufferFree(_handle);
        _handle = 0;
        if (_reader.IsAllocated)
            _reader.Free();
    }

    [UnmanagedCallersOnly]
    private static int OnRecord(nint context, byte* record, nuint size)
    {
        var self = (RingBuffer)GCHandle.FromIntPtr(context).Target!;
        try
        {
            self._target.OnRecord(new ReadOnlySpan<byte>(record, (int)size));
        }
        catch (Exception e)
        {
            // Nothing may unwind through libbpf; Drain throws it.
            self._failure ??= e;
        }
        return 0;
    }
}
