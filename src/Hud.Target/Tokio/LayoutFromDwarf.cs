using Hud.Symbols.Dwarf;

namespace Hud.Target;

/// <summary>
/// Reads Tokio's layout from a binary's DWARF types: where members lie is the compiler's choice, so they are walked to by
/// name. Serves Tokio 1.15 and later; older ones, whose current_thread scheduler keeps no Core in its context, are told as a problem.
/// </summary>
public static class LayoutFromDwarf
{
    private const int ArcHeader = 16;
    private const string Runtime = "tokio::runtime::";

    /// <summary>Where std had the Key of a thread-local that is initialised at its first use: Rust 1.50, 1.68, 1.75 (to 1.77).</summary>
    private static readonly string[] KeyModules =
        ["std::thread::local::fast", "std::sys::common::thread_local::fast_local", "std::sys::pal::common::thread_local::fast_local"];

    /// <summary>Null with the reason in <paramref name="problem"/>, a sentence fragment, when something needed is not there.</summary>
    public static TokioLayout? TryRead(LoadedModule module, out string? problem)
    {
        if (module.Types.IsEmpty)
        {
            problem = "the binary has no DWARF types";
            return null;
        }
        if (module.ThreadLocals is not { } block)
        {
            problem = "its thread-locals cannot be located";
            return null;
        }

        var reader = new Reader(module.Types, TokioTls.Find(module.SymbolImage), block);
        var (multi, current) = (reader.MultiThread(), reader.CurrentThread());
        problem = (multi is null && (current is null || reader.HasMultiThread)) || reader.HasCurrentThreadWithoutCore ? reader.Problem : null;
        return problem is not null ? null : new TokioLayout
        {
            MultiThread = multi,
            CurrentThread = current,
            Dynamic = block.Dynamic,
            Origin = "DWARF types",
        };
    }

    private sealed class Reader(DwarfTypes types, TokioTls tls, TlsBlock block)
    {
        private readonly TypeLayout? _context = types.FindStruct(Runtime + "context::Context");

        public string? Problem { get; private set; }

        /// <summary>The program has the scheduler, whether or not its layout could be read.</summary>
        public bool HasMultiThread { get; private set; }

        /// <summary>The program has a current_thread scheduler whose polls no offset tells.</summary>
        public bool HasCurrentThreadWithoutCore { get; private set; }

        public SchedulerLayout? MultiThread()
        {
            var module = "scheduler::multi_thread::worker::";
            var context = Find(module + "Context") ?? Find(module = "thread_pool::worker::", "Context");
            var core = Find(module + "Core");
            if (context is null || core is null)
                return Fail("no types of a multi_thread worker");
            HasMultiThread = true;
            if (Common(context, core, Scheduler(tls.Worker, "MultiThread"), "park") is not { } layout)
                return null;

            var worker = Find(module + "Worker");
            return layout with
            {
                ContextOwner = Pointer(context, "worker"),
                OwnerIndex = ArcHeader + Offset(worker, "index"),
                OwnerHandle = ArcHeader + (Pointer(worker, "handle") ?? Pointer(worker, "shared")),
                BlockingPool = Pool(worker?.Member("handle") ?? worker?.Member("shared")),
                CoreLifo = Pointer(core, "lifo_slot"),
                Queue = Ring(core),
            };
        }

        public SchedulerLayout? CurrentThread()
        {
            var module = "scheduler::current_thread::";
            var context = Find(module + "Context") ?? Find(module = "basic_scheduler::", "Context");
            var core = Find(module + "Core");
            HasCurrentThreadWithoutCore = context is not null && core is null;
            if (context is null || core is null)
                return Fail("no types of a current_thread scheduler");
            return Common(context, core, Scheduler(tls.CurrentThread, "CurrentThread"), "driver") is { } layout
                ? layout with { ContextOwner = Pointer(context, "handle"), Queue = Deque(core), BlockingPool = Pool(context.Member("handle")) }
                : null;
        }

        /// <summary>What both kinds have, under the same names but for the parker's.</summary>
        private SchedulerLayout? Common(TypeLayout context, TypeLayout core, (long Tls, int ToContext, SchedulerTag? Tag)? scheduler, string parker)
        {
            if (scheduler is not { } place || Tick(core) is not { } tick)
                return null;
            if (CorePointer(context) is not { } contextCore || Niche(core, parker) is not { } niche)
                return Fail($"Context.core or Core.{parker} is not as known");
            return new SchedulerLayout
            {
                SchedulerTls = place.Tls,
                ToContext = place.ToContext,
                Tag = place.Tag,
                ContextCore = contextCore,
                CoreTick = tick.Offset,
                TickSize = tick.Size,
                Parker = niche,
                CurrentTaskIdTls = TaskId()?.Value,
                CurrentTaskIdTagTls = TaskId()?.Tag,
            };
        }

        /// <summary>From Tokio 1.30 on both schedulers hang off CONTEXT.scheduler, behind a tag; before, each has its own thread-local.</summary>
        private (long Tls, int ToContext, SchedulerTag? Tag)? Scheduler(TlsVariable? own, string variantName)
        {
            if (_context?.Member("scheduler") is null)
            {
                if (own is { IsLazy: false } variable)
                    return (At(variable, 0), 0, null);
                Fail(own is null ? "no symbol of the scheduler's thread-local" : "the scheduler's thread-local is initialised lazily");
                return null;
            }
            if (ContextVariable() is not { } contextTls)
                return null;
            if (types.FindStruct(Runtime + "scheduler::Context") is not { } choice || Pointer(_context, "scheduler") is not { } pointer)
            {
                Fail("no type scheduler::Context");
                return null;
            }

            var tls = At(contextTls, pointer);
            if (choice.Variants.Count == 0)
                return choice.TryFollow("__0", out var only, out _) ? (tls, (int)only, null) : (tls, 0, null);
            if (choice.Variants.FirstOrDefault(v => v.Name == variantName) is not { } variant)
            {
                Fail($"scheduler::Context has no variant {variantName}");
                return null;
            }
            var inner = variant.Payload.Type.Member("__0")?.Offset ?? 0;
            var tag = choice.Discriminant is { } place && variant.Value is { } value
                ? new SchedulerTag((int)place.Offset, (int)place.Type.Size, value)
                : null;
            return (tls, (int)(variant.Payload.Offset + inner), tag);
        }

        /// <summary>Id's value, and its tag where Option&lt;Id&gt; has one beside it (up to Tokio 1.39).</summary>
        private (long Value, long? Tag)? TaskId()
        {
            if (ContextVariable() is not { } variable || _context?.Member("current_task_id") is not { } member)
                return null;
            var (into, option) = member.Type.Unwrap();
            var start = (int)(member.Offset + into);
            if (option.Variants.Count == 0)
                return (At(variable, start), null);
            if (option.OnlyPayload() is not { } payload)
                return null;
            var value = start + (int)(payload.Offset + payload.Type.Unwrap().Offset);
            var isTagged = option.Discriminant is { } tag && tag.Offset + tag.Type.Size <= payload.Offset;
            return (At(variable, value), isTagged ? At(variable, start + (int)option.Discriminant!.Offset) : null);
        }

        private TlsVariable? ContextVariable()
        {
            if (tls.Context is { IsLazy: false })
                return tls.Context;
            if (tls.Context is { } lazy && IntoKey() is { } start)
                return lazy with { Value = lazy.Value + start, IsLazy = false };
            Fail(tls.Context is null ? "no symbol of the thread-local CONTEXT" : "the type of the thread-local CONTEXT is not as known");
            return null;
        }

        /// <summary>Key.inner.inner: UnsafeCell&lt;Option&lt;Context&gt;&gt;.</summary>
        private ulong? IntoKey()
        {
            foreach (var module in KeyModules)
            {
                if (types.FindStruct($"{module}::Key<{Runtime}context::Context>") is { } key && key.TryFollow("inner.inner", out var offset, out var cell) &&
                    cell.Unwrap() is var (into, option) && option.OnlyPayload() is { } payload)
                {
                    return offset + into + payload.Offset;
                }
            }
            return null;
        }

        private long At(TlsVariable variable, int offset) => block.Offset + (long)variable.Value + offset;

        private (int Offset, int Size)? Tick(TypeLayout core)
        {
            if (core.Member("tick") is { Type.Size: 1 or SchedulerLayout.WholeTick } tick)
                return ((int)tick.Offset, (int)tick.Type.Size);
            Fail(core.Member("tick") is { } other ? $"Core.tick has {other.Type.Size} bytes" : "no member Core.tick");
            return null;
        }

        /// <summary>Context.core: RefCell&lt;Option&lt;Box&lt;Core&gt;&gt;&gt;.</summary>
        private static int? CorePointer(TypeLayout context) =>
            context.TryFollow("core.value", out var offset, out var cell) && Payload(cell) is { } inner ? (int)offset + inner : null;

        /// <summary>Core.tasks: VecDeque.</summary>
        private static QueuePlace? Deque(TypeLayout core) =>
            core.TryFollow("tasks.len", out var offset, out var length) && length.Size == 8 ? new QueuePlace((int)offset, null) : null;

        /// <summary>By way of an <c>Arc&lt;Handle&gt;</c>, whose blocking_spawner is an Arc of blocking::pool::Inner.</summary>
        private static BlockingPoolPlace? Pool(TypeMember? handle)
        {
            if (handle?.Type.Unwrap().Type.Target is not { } arc || !arc.TryFollow("data.blocking_spawner", out var spawner, out var type) ||
                type.Unwrap() is not (var into, { Kind: TypeKind.Pointer, Target: { } inner }))
            {
                return null;
            }
            return Word("data.metrics.num_threads") is { } threads && Word("data.metrics.num_idle_threads") is { } idle &&
                   Word("data.metrics.queue_depth") is { } queued && Word("data.thread_cap") is { } cap
                ? new BlockingPoolPlace((int)(spawner + into), threads, idle, queued, cap)
                : null;

            int? Word(string path) => inner.TryFollow(path, out var offset, out var word) && word.Size == 8 ? (int)offset : null;
        }

        /// <summary>Core.run_queue: queue::Local, which is an Arc of queue::Inner.</summary>
        private static QueuePlace? Ring(TypeLayout core)
        {
            if (core.Member("run_queue") is not { } queue || queue.Type.Unwrap() is not (var into, { Kind: TypeKind.Pointer, Target: { } arc }) ||
                !arc.TryFollow("data.head", out var head, out var indices) || !arc.TryFollow("data.tail", out var tail, out var index) ||
                index.Size is not (2 or 4) || indices.Size != 2 * index.Size)
            {
                return null;
            }
            return new QueuePlace((int)(queue.Offset + into), new QueueRing((int)head, (int)tail, (int)index.Size));
        }

        /// <summary>Offset of the one pointer inside a member: through cells, newtypes and Option.</summary>
        private static int? Pointer(TypeLayout? type, string name) =>
            type?.Member(name) is { } member && Payload(member.Type) is { } inner ? (int)member.Offset + inner : null;

        private static int? Payload(TypeLayout type)
        {
            var (offset, inner) = type.Unwrap();
            if (inner.OnlyPayload() is { } payload)
                return (int)(offset + payload.Offset) + Payload(payload.Type);
            return inner.Variants.Count == 0 && inner.Size == 8 ? (int)offset : null;
        }

        private static int? Offset(TypeLayout? type, string name) => (int?)type?.Member(name)?.Offset;

        /// <summary>The word of an Option member that tells whether it is None.</summary>
        private static ParkerNiche? Niche(TypeLayout type, string name)
        {
            if (type.Member(name) is not { } member)
                return null;
            var (into, option) = member.Type.Unwrap();
            return option.Discriminant is { } niche && option.Variants.FirstOrDefault(v => v.Name == "None") is { Value: { } none }
                ? new ParkerNiche((int)(member.Offset + into + niche.Offset), (int)niche.Type.Size, none)
                : null;
        }

        private TypeLayout? Find(string path, string name = "") => types.FindStruct(Runtime + path + name);

        private SchedulerLayout? Fail(string problem)
        {
            Problem ??= problem;
            return null;
        }
    }
}
