using System.Buffers.Binary;

namespace Hud.Target;

/// <summary>
/// Counts the runtimes and workers of a process from outside, without stopping it and without BPF: a thread that drives a
/// runtime has, in Tokio's thread-locals, a pointer to the scheduler's Context on its own stack; that begins with the Arc of
/// the worker or of the runtime's handle. Only for a look at once; the trackers know better over time.
/// </summary>
public static class RuntimeCensus
{
    private const int Attempts = 3;

    /// <summary>By handle; null when it cannot be told: no symbols for the thread-locals, or the memory may not be read.</summary>
    public static IReadOnlyList<RunningRuntime>? Take(TargetProcess process, LoadedModule module)
    {
        var tls = TokioTls.Find(module.SymbolImage);
        if (module.ThreadLocals is not { } block || tls is { Context: null, Worker: null, CurrentThread: null })
            return null;
        using var memory = ProcessMemory.TryOpen(process.Pid);
        if (memory is null || ProcFs.TryReadBytes($"/proc/{process.Pid}/maps") is not { Length: > 0 } text)
            return null;

        var maps = MemoryMap.Parse(text);
        var pointers = new ThreadPointers(memory, maps);
        var workers = new List<(string Kind, ulong Handle, RunningWorker Worker)>();
        foreach (var thread in process.Threads())
        {
            var stackPointer = StackPointer(process.Pid, thread.Tid);
            var threadPointer = pointers.Find(InnermostTid(process.Pid, thread.Tid), stackPointer);
            if (threadPointer == 0 || BlockAddress(memory, threadPointer, block) is not { } address)
                continue;
            var stack = StackAround(maps, stackPointer, threadPointer);
            if (new SchedulerFinder(memory, address, stack).Find(tls) is { } found)
                workers.Add((found.Kind, found.Handle, new RunningWorker(thread.Tid, found.Index)));
        }
        return
        [
            .. workers.GroupBy(w => (w.Kind, w.Handle)).OrderBy(g => g.Key.Handle)
                .Select(g => new RunningRuntime(g.Key.Kind, g.Key.Handle, [.. g.Select(w => w.Worker)])),
        ];
    }

    /// <summary>A running thread shows no stack pointer: asked again, it may have stopped.</summary>
    private static ulong StackPointer(int pid, int tid)
    {
        for (var i = 0; i < Attempts; i++)
        {
            if (BlockedThread.TryRead(pid, tid, out var thread))
                return thread.StackPointer;
            Thread.Yield();
        }
        return 0;
    }

    private static int InnermostTid(int pid, int tid) =>
        ProcStatus.TryRead($"/proc/{pid}/task/{tid}/status") is { NamespacePids: [.., var inner] } ? inner : tid;

    private static ulong? BlockAddress(ProcessMemory memory, ulong threadPointer, TlsBlock block)
    {
        if (block.Dynamic is not { } dynamic)
            return threadPointer + (ulong)block.Offset;
        return memory.TryReadWord(threadPointer + (ulong)dynamic.VectorOffset, out var vector) &&
            memory.TryReadWord(vector + dynamic.ModuleId * (ulong)dynamic.EntrySize, out var address) && address + 1 > 1
                ? address
                : null;
    }

    /// <summary>Without a stack pointer the mapping of the control block has to do: it lies on the stack of every thread but the first.</summary>
    private static AddressRange StackAround(List<MemoryMap> maps, ulong stackPointer, ulong threadPointer)
    {
        var map = maps.Find(m => m.Start <= stackPointer && stackPointer < m.End);
        if (map.End > 0)
            return new AddressRange(stackPointer, map.End);
        map = maps.Find(m => m.Start <= threadPointer && threadPointer < m.End);
        if (map.End - map.Start < 1 << 20)
            map = maps.Find(m => m.Path == "[stack]");
        return new AddressRange(map.Start, map.End);
    }

    private readonly record struct Scheduler(string Kind, ulong Handle, int Index);

    private sealed class SchedulerFinder(ProcessMemory memory, ulong block, AddressRange stack)
    {
        private const int LargestContext = 256;
        private const int LargestIndex = 1 << 16;
        private const uint LargestCount = 1 << 30;
        private const ulong LargestTag = 2;
        private const int ArcHeader = 16;

        /// <summary>The scoped thread-locals before Tokio 1.30 hold the pointer themselves; later it is one of the words of CONTEXT.</summary>
        public Scheduler? Find(TokioTls tls)
        {
            if (tls.Worker is { } worker && Search(worker, (_, c) => AsWorker(Word(c))) is { } multi)
                return multi;
            if (tls.CurrentThread is { } current && Search(current, (_, c) => AsHandle(Word(c))) is { } single)
                return single;
            return tls.Context is { } context && tls.Worker is null && tls.CurrentThread is null ? Search(context, AsTagged) : null;
        }

        private Scheduler? Search(TlsVariable variable, Func<ulong, ulong, Scheduler?> read)
        {
            Span<byte> bytes = stackalloc byte[LargestContext];
            bytes = bytes[..(int)Math.Min(Math.Max(variable.Size, 8), LargestContext)];
            var length = memory.Read(block + variable.Value, bytes);
            for (var at = 0; at + 8 <= length; at += 8)
            {
                var pointer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
                if (stack.Contains(pointer) && (pointer & 7) == 0 && read(Word(pointer), pointer) is { } found)
                    return found;
            }
            return null;
        }

        /// <summary>enum scheduler::Context, in source order CurrentThread 0, MultiThread 1; without a tag where only one kind is built in.</summary>
        private Scheduler? AsTagged(ulong tag, ulong pointer) =>
            tag > LargestTag ? AsHandle(tag)
            : tag == 0 ? AsHandle(Word(pointer + 8))
            : AsWorker(Word(pointer + 8));

        /// <summary>Arc&lt;Worker&gt;: its handle's Arc, then its index.</summary>
        private Scheduler? AsWorker(ulong arc)
        {
            if (!IsArc(arc))
                return null;
            var (handle, index) = (Word(arc + ArcHeader), Word(arc + ArcHeader + 8));
            return IsArc(handle) && index < LargestIndex ? new Scheduler("multi_thread", handle, (int)index) : null;
        }

        private Scheduler? AsHandle(ulong arc) => IsArc(arc) ? new Scheduler("current_thread", arc, -1) : null;

        /// <summary>Memory that begins with two plausible reference counts.</summary>
        private bool IsArc(ulong address) =>
            address > 4096 && (address & 7) == 0 && Word(address) is > 0 and < LargestCount && Word(address + 8) is > 0 and < LargestCount;

        private ulong Word(ulong address) => memory.TryReadWord(address, out var value) ? value : 0;
    }
}
