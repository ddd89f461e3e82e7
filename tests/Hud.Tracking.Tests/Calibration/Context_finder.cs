using System.Buffers.Binary;
using Hud.Tracking.Calibration;

namespace Hud.Tracking.Tests.Calibration;

/// <summary>Made-up memory: a stack with a scheduler's context, and a thread-local that points to it.</summary>
public sealed class Context_finder
{
    private const ulong Stack = 0x7f00_0000_0000;
    private const ulong Context = Stack + 0x400;
    private const ulong Handle = 0x5555_0000_1000;
    private const ulong Core = 0x5555_0000_2000;
    private const ulong Worker = 0x5555_0000_3000;
    private const int ContextWord = 3;

    private readonly Dictionary<ulong, ulong> _memory = [];

    [Fact]
    public void Context_with_the_handle_of_its_tasks_is_found()
    {
        PutContext(0, Handle, 0, Core);

        var place = Find(times: 3, scheduler: Handle, entered: 0);

        Assert.NotNull(place);
        Assert.Equal((ContextWord, 8, 0UL), (place.TlsWord, place.Owner, place.Tag));
        Assert.Equal([24], place.Cores);
    }

    /// <summary>The tasks of a LocalSet have another scheduler; then the runtime that the thread entered tells.</summary>
    [Fact]
    public void Context_with_the_entered_handle_is_found()
    {
        PutContext(0, Handle, 0, Core);
        Put(Handle, 3, 1);

        Assert.Equal(8, Find(times: 6, scheduler: 0x5555_0000_9000, entered: Handle)?.Owner);
    }

    /// <summary>An allocator's thread-locals, for one.</summary>
    [Fact]
    public void A_word_that_a_thread_local_holds_too_is_no_handle_without_counters()
    {
        PutContext(0, Handle, 0, Core);
        Put(Handle, 0x5555_0000_4000, 0);

        Assert.Null(Find(times: 16, scheduler: 0x5555_0000_9000, entered: Handle));
    }

    /// <summary>What else the stack and the thread-locals have in common tells nothing then.</summary>
    [Fact]
    public void A_task_of_the_entered_runtime_is_no_LocalSets()
    {
        const ulong Other = 0x5555_0000_8000;
        PutContext(0, Other, 0, Core);
        Put(Other, 1, 1);

        Assert.Null(Find(times: 16, scheduler: Handle, entered: Handle, local: Other));
        Assert.NotNull(Find(times: 16, scheduler: 0x5555_0000_9000, entered: Handle, local: Other));
    }

    [Fact]
    public void One_sighting_proves_nothing()
    {
        PutContext(0, Handle, 0, Core);

        Assert.Null(Find(times: 1, scheduler: Handle, entered: Handle));
    }

    /// <summary>The handle lies beside the context of a multi_thread worker by chance.</summary>
    [Fact]
    public void Context_of_a_worker_is_left_alone()
    {
        PutContext(Worker, 0, Core, Handle);
        Put(Worker, 1, 1, Handle, 0, 0);

        Assert.Null(Find(times: 16, scheduler: Handle, entered: Handle));
    }

    /// <summary>A worker that has left its loop since, in block_in_place for one: other things lie where its context was.</summary>
    [Fact]
    public void Stack_counts_as_it_was_when_the_task_was_polled()
    {
        PutContext(1, 0, 0, Core, 0, 0, 0, 0, 0, 0, 0, Handle);
        Put(Worker, 1, 1, Handle, 0, 0);
        var stack = new byte[0x400];
        BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(0x300), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(0x308), Worker);
        BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(0x300 + 11 * 8), Handle);

        Assert.NotNull(Find(times: 3, scheduler: Handle, entered: 0));
        Assert.Null(Find(times: 16, scheduler: Handle, entered: 0, stack));
    }

    [Fact]
    public void Pointer_to_anywhere_but_a_calling_frame_is_no_context()
    {
        PutContext(0, Handle, 0, Core);
        var finder = new ContextFinder(Read);

        Assert.False(finder.Add(Sighting(Handle, entered: 0, stackPointer: Context + 0x100)));
    }

    private ContextPlace? Find(int times, ulong scheduler, ulong entered, byte[]? stack = null, ulong local = 0)
    {
        var finder = new ContextFinder(Read);
        for (var i = 0; i < times; i++)
            finder.Add(Sighting(scheduler, entered, stackPointer: Stack + 0x100, stack, local));
        return finder.Find();
    }

    private static PollSighting Sighting(ulong scheduler, ulong entered, ulong stackPointer, byte[]? stack = null, ulong local = 0)
    {
        var tls = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(tls.AsSpan(ContextWord * 8), Context);
        BinaryPrimitives.WriteUInt64LittleEndian(tls.AsSpan(8), entered);
        BinaryPrimitives.WriteUInt64LittleEndian(tls.AsSpan(40), local);
        return new PollSighting(0, 0, scheduler, stackPointer, ThreadPointer: Stack + 0x10000, tls, stack ?? []);
    }

    private void PutContext(params ulong[] words) => Put(Context, [.. words, .. new ulong[12 - words.Length]]);

    private void Put(ulong address, params ulong[] words)
    {
        for (var i = 0; i < words.Length; i++)
            _memory[address + (ulong)i * 8] = words[i];
    }

    private int Read(ulong address, byte[] into)
    {
        var length = 0;
        for (; length < into.Length && _memory.TryGetValue(address + (ulong)length, out var word); length += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(into.AsSpan(length), word);
        return length;
    }
}
