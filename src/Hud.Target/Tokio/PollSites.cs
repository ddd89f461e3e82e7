using Hud.Symbols.Demangling;
using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>A function of Tokio that a probe may be put on or that a stack is searched for.</summary>
/// <param name="Address">Image address of its first instruction.</param>
/// <param name="Size">Bytes of code; 0 where only its start is known.</param>
/// <param name="FileOffset">What a uprobe takes.</param>
/// <param name="FutureType">Readable type of the future it polls, where the symbol has it (v0 mangling); else null.</param>
public readonly record struct CodeSite(ulong Address, ulong Size, ulong FileOffset, string? FutureType = null)
{
    public bool Covers(ulong imageAddress) => imageAddress - Address < Math.Max(Size, 1);
}

/// <summary>
/// Where Tokio polls tasks and parks workers in one binary. From the symbol table, or, in a stripped file, as much of it
/// as the task vtables tell. Every list is by address, without duplicates (folded functions count once).
/// </summary>
public sealed class PollSites
{
    /// <summary><c>multi_thread::worker::Context::run_task(self, task, core)</c>; <c>thread_pool::worker</c> before 1.21. Usually one.</summary>
    public required IReadOnlyList<CodeSite> RunTask { get; init; }

    /// <summary><c>current_thread::Context::run_task</c> (generic and often inlined before 1.53); <c>basic_scheduler</c> before 1.21.</summary>
    public required IReadOnlyList<CodeSite> CurrentThreadRunTask { get; init; }

    /// <summary><c>task::raw::poll::&lt;T, S&gt;</c>: entered for every poll of every task; the first argument is the task's Header.</summary>
    public required IReadOnlyList<CodeSite> RawPoll { get; init; }

    /// <summary><c>Harness&lt;T, S&gt;::poll</c>: what stacks show where <c>raw::poll</c> is a jump to it. Not for probes beside RawPoll.</summary>
    public required IReadOnlyList<CodeSite> HarnessPoll { get; init; }

    /// <summary><c>task::raw::schedule::&lt;S&gt;</c>: every wake of an idle task; the first argument is the task's Header. Told by the vtables, so of Tokio 1.23 and later.</summary>
    public required IReadOnlyList<CodeSite> Schedule { get; init; }

    /// <summary>Functions of both schedulers that a worker is in while it parks.</summary>
    public required IReadOnlyList<CodeSite> Park { get; init; }

    /// <summary>The worker's loop, <c>multi_thread::worker::run</c> and <c>Context::run</c>: on the stack of each worker thread from its start.</summary>
    public required IReadOnlyList<CodeSite> WorkerRun { get; init; }

    /// <summary>Task vtables of the file, from Tokio 1.23 on.</summary>
    public required IReadOnlyList<TaskVtable> Vtables { get; init; }

    /// <summary>"symbols", "task vtables", or "nothing".</summary>
    public required string Origin { get; init; }

    public bool IsEmpty => RunTask.Count == 0 && RawPoll.Count == 0;

    public static PollSites Find(LoadedModule module) => Find(module.Image, module.SymbolImage);

    /// <param name="image">The file that is mapped: gives file offsets and vtables.</param>
    /// <param name="symbols">The file with the symbol table; the same, or a separate debug file.</param>
    internal static PollSites Find(ElfImage image, ElfImage symbols)
    {
        var lists = new SiteLists(image);
        foreach (var symbol in symbols.Symbols)
        {
            if (symbol.IsFunction && symbol.IsDefined)
                lists.Add(symbol);
        }

        var vtables = TaskVtables.Scan(image);
        var origin = "symbols";
        if (lists.RawPoll.Count == 0)
        {
            foreach (var vtable in vtables)
                lists.AddPoll(vtable.Poll);
            if (!lists.HasRunTask)
                origin = lists.RawPoll.Count > 0 ? "task vtables" : "nothing";
        }
        return lists.ToSites(vtables, origin);
    }

    private sealed class SiteLists(ElfImage image)
    {
        private readonly SortedList<ulong, CodeSite> _runTask = [], _currentRunTask = [], _harnessPoll = [], _park = [], _workerRun = [];

        public SortedList<ulong, CodeSite> RawPoll { get; } = [];

        public bool HasRunTask => _runTask.Count > 0 || _currentRunTask.Count > 0;

        /// <summary>Both manglings write a path as lengths and names in a row, so that parts of it are found without demangling.</summary>
        public void Add(ElfSymbol symbol)
        {
            var name = symbol.Name.Span;
            if (name.IndexOf("5tokio7runtime"u8) < 0)
                return;
            var isWorker = name.IndexOf("12multi_thread6worker"u8) >= 0 || name.IndexOf("11thread_pool6worker"u8) >= 0;
            var isCurrent = name.IndexOf("14current_thread"u8) >= 0 || name.IndexOf("15basic_scheduler"u8) >= 0;
            if ((isWorker || isCurrent) && Ends(name, "7Context8run_task"u8))
                Put(isWorker ? _runTask : _currentRunTask, symbol, null);
            else if (isWorker && (Ends(name, "7Context3run"u8) || Ends(name, "6worker3run"u8)))
                Put(_workerRun, symbol, null);
            else if ((isWorker || isCurrent) &&
                (Ends(name, "4park"u8) || Ends(name, "12park_timeout"u8) || Ends(name, "13park_internal"u8) || Ends(name, "10park_yield"u8)))
                Put(_park, symbol, null);
            else if (name.IndexOf("7runtime4task3raw4poll"u8) >= 0 || (name.IndexOf("7runtime4task7harness"u8) >= 0 && name.IndexOf("4poll"u8) >= 0))
                AddPoll(symbol);
        }

        public void AddPoll(ulong address)
        {
            if (Site(address) is { } site)
                RawPoll.TryAdd(address, site);
        }

        public PollSites ToSites(IReadOnlyList<TaskVtable> vtables, string origin) => new()
        {
            RunTask = [.. _runTask.Values],
            CurrentThreadRunTask = [.. _currentRunTask.Values],
            RawPoll = [.. RawPoll.Values],
            HarnessPoll = [.. _harnessPoll.Values],
            Schedule = [.. vtables.Select(v => v.Schedule).Distinct().Order().Select(Site).OfType<CodeSite>()],
            Park = [.. _park.Values],
            WorkerRun = [.. _workerRun.Values],
            Vtables = vtables,
            Origin = origin,
        };

        private CodeSite? Site(ulong address) =>
            image.TryGetFileOffset(address, out var offset) ? new CodeSite(address, 0, offset) : null;

        private void AddPoll(ElfSymbol symbol)
        {
            if (!RustDemangler.TryDemangle(symbol.NameText, out var name))
                return;
            var function = TaskPollName.Parse(name);
            if (function.Kind == TaskPollKind.RawPoll)
                Put(RawPoll, symbol, function.FutureType);
            else if (function.Kind == TaskPollKind.HarnessPoll)
                Put(_harnessPoll, symbol, function.FutureType);
        }

        private void Put(SortedList<ulong, CodeSite> list, ElfSymbol symbol, string? futureType)
        {
            if (!image.TryGetFileOffset(symbol.Value, out var offset))
                return;
            var site = new CodeSite(symbol.Value, symbol.Size, offset, futureType);
            if (!list.TryAdd(symbol.Value, site) && list[symbol.Value].FutureType is { } first && first != futureType)
                list[symbol.Value] = site with { FutureType = null };
        }

        /// <summary>
        /// The path ends with <paramref name="last"/>: then comes the hash (legacy), the end, the instantiating crate or
        /// generic arguments (v0), or a compiler's suffix. A deeper path, such as a closure of the function, does not count.
        /// </summary>
        private static bool Ends(ReadOnlySpan<byte> name, ReadOnlySpan<byte> last)
        {
            var at = name.LastIndexOf(last);
            if (at < 0)
                return false;
            var rest = name[(at + last.Length)..];
            if (name.StartsWith("_ZN"u8))
                return rest.StartsWith("17h"u8);
            return !name[2..].StartsWith("NC"u8) && !name[2..].StartsWith("INC"u8) && (rest.IsEmpty || rest[0] is not ((byte)'0' or (byte)'s'));
        }
    }
}
