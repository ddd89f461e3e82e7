namespace Hud.Target;

/// <summary>
/// Where the state of running schedulers lies in memory. Offsets in bytes, measured on the very binary, never constants.
/// </summary>
public sealed record TokioLayout
{
    /// <summary>Null when the program has no multi_thread scheduler or its layout is not known.</summary>
    public SchedulerLayout? MultiThread { get; init; }

    /// <summary>Null when the program has no current_thread scheduler or its layout is not known.</summary>
    public SchedulerLayout? CurrentThread { get; init; }

    /// <summary>
    /// Set when Tokio sits in a shared library: then offsets of thread-locals count from the library's TLS block of the
    /// thread and not from the thread pointer.
    /// </summary>
    public DynamicTls? Dynamic { get; init; }

    /// <summary>Where the numbers come from: "DWARF types" or "calibration".</summary>
    public required string Origin { get; init; }
}

/// <summary>
/// One kind of scheduler. With tp the thread pointer and *p the word at p:
/// <code>
/// sched = *(tp + SchedulerTls)        0: the thread runs no scheduler now
/// ctx   = sched + ToContext           worker::Context, or current_thread::Context
/// core  = *(ctx + ContextCore)        0: neither polling nor parked; or inside block_in_place
/// parker taken out of *core           parked; else the thread is inside a poll (or between two)
/// </code>
/// </summary>
public sealed record SchedulerLayout
{
    /// <summary>Thread pointer + this: pointer to the scheduler context of the running worker; 0 = no worker.</summary>
    public required long SchedulerTls { get; init; }

    /// <summary>Add to that pointer to reach the <c>Context</c>: behind the tag of <c>scheduler::Context</c>, or 0.</summary>
    public required int ToContext { get; init; }

    /// <summary>In <c>Context</c>: the <c>Box&lt;Core&gt;</c> pointer, null while the worker's core is elsewhere.</summary>
    public required int ContextCore { get; init; }

    /// <summary>In <c>Core</c>: <c>tick</c>.</summary>
    public required int CoreTick { get; init; }

    /// <summary>Bytes of that: 4, or 1 before Tokio 1.19.</summary>
    public int TickSize { get; init; } = WholeTick;

    public const int WholeTick = 4;

    /// <summary>In <c>Core</c>: <c>park: Option&lt;Parker&gt;</c> of multi_thread, <c>driver: Option&lt;Driver&gt;</c> of current_thread.</summary>
    public required ParkerNiche Parker { get; init; }

    /// <summary>Thread pointer + this: the running task's id, u64; null before Tokio 1.22.</summary>
    public long? CurrentTaskIdTls { get; init; }

    /// <summary>
    /// Thread pointer + this: u64 tag of the id, 0 = no task, whose value word then is stale. Only up to Tokio 1.39: later the
    /// id itself is 0.
    /// </summary>
    public long? CurrentTaskIdTagTls { get; init; }

    /// <summary>In <c>Context</c>: the <c>Arc&lt;Worker&gt;</c> pointer of multi_thread; the <c>Arc&lt;Handle&gt;</c> of current_thread, which names the runtime.</summary>
    public int? ContextOwner { get; init; }

    /// <summary>multi_thread: in what that pointer points to, Arc header included: the worker's index, usize.</summary>
    public int? OwnerIndex { get; init; }

    /// <summary>multi_thread: in what that pointer points to, Arc header included: the <c>Arc&lt;Handle&gt;</c> pointer, which names the runtime.</summary>
    public int? OwnerHandle { get; init; }

    /// <summary>multi_thread: in <c>Core</c>: the task pointer of the LIFO slot, 0 = empty; null where unknown.</summary>
    public int? CoreLifo { get; init; }

    /// <summary>The worker's own run queue; null where unknown.</summary>
    public QueuePlace? Queue { get; init; }

    /// <summary>Counters of the runtime's blocking pool; null where unknown.</summary>
    public BlockingPoolPlace? BlockingPool { get; init; }

    /// <summary>The tag in <c>scheduler::Context</c> that tells the scheduler's kind; null when only one kind has that pointer.</summary>
    public SchedulerTag? Tag { get; init; }
}

/// <summary>How the length of a worker's own run queue is read.</summary>
/// <param name="Offset">In <c>Core</c>: of multi_thread the pointer to the ring; of current_thread the length itself, usize.</param>
/// <param name="Ring">Null for current_thread.</param>
public sealed record QueuePlace(int Offset, QueueRing? Ring);

/// <summary><c>queue::Inner</c> of multi_thread: length = tail - head, cut to the size of an index.</summary>
/// <param name="Head">From the ring's pointer: two indices, of which the lower one is the head.</param>
/// <param name="Tail">From the ring's pointer.</param>
/// <param name="IndexSize">2 or 4 bytes.</param>
public sealed record QueueRing(int Head, int Tail, int IndexSize);

/// <summary>
/// Counters of <c>blocking::pool::Inner</c>, all usize:
/// <code>inner = *(handle + Spawner)        handle: the Arc&lt;Handle&gt; pointer that names the runtime</code>
/// </summary>
/// <param name="Threads">From inner: threads of the pool, multi_thread workers among them.</param>
/// <param name="IdleThreads">From inner: those that wait for work.</param>
/// <param name="Queued">From inner: closures that wait for a thread.</param>
/// <param name="ThreadCap">From inner: <c>max_blocking_threads</c>, and the workers on top.</param>
public sealed record BlockingPoolPlace(int Spawner, int Threads, int IdleThreads, int Queued, int ThreadCap);

/// <summary>Parked exactly while the word at <paramref name="Offset"/> of <c>Core</c>, cut to <paramref name="Size"/> bytes, equals <paramref name="NoneValue"/>.</summary>
/// <param name="Size">1, 2, 4 or 8 bytes.</param>
public sealed record ParkerNiche(int Offset, int Size, ulong NoneValue);

/// <summary>The enum tag at the scheduler pointer: the scheduler is of this kind when the tag there equals <see cref="Value"/>.</summary>
/// <param name="Offset">From the scheduler pointer.</param>
/// <param name="Size">1, 2, 4 or 8 bytes.</param>
public sealed record SchedulerTag(int Offset, int Size, ulong Value);

/// <summary>
/// TLS of a shared library, through the thread's dynamic thread vector:
/// <code>block = *(*(tp + VectorOffset) + ModuleId * EntrySize)   (0 or -1: the thread has none yet)</code>
/// </summary>
/// <param name="VectorOffset">From the thread pointer; 8 in glibc and musl on x86-64.</param>
/// <param name="EntrySize">16 in glibc, 8 in musl.</param>
/// <param name="ModuleId">The number that the dynamic loader gave the library in this process.</param>
public sealed record DynamicTls(int VectorOffset, int EntrySize, ulong ModuleId);
