using System.Runtime.InteropServices;

namespace Hud.Tracking.Calibration;

/// <summary>Where the context of a current_thread scheduler seems to be.</summary>
/// <param name="TlsWord">Index of the TLS word that points to it.</param>
/// <param name="Owner">In it: the <c>Arc&lt;Handle&gt;</c>.</param>
/// <param name="Cores">In it: what may be the <c>Box&lt;Core&gt;</c>, likeliest first.</param>
/// <param name="Tag">Its first word, where that is a small number.</param>
internal sealed record ContextPlace(int TlsWord, int Owner, IReadOnlyList<int> Cores, ulong? Tag);

/// <summary>
/// Finds the context that a thread under a current_thread scheduler has on its stack while it polls: a thread-local points to
/// it, and it holds the runtime's handle, which the runtime's own tasks hold too, as does the thread-local of the runtime
/// that was entered. The context of a multi_thread worker holds its Worker instead, which holds the handle; beside that
/// context the stack may hold the handle, too.
/// </summary>
/// <param name="read">Reads the target's memory; the number of bytes that could be read.</param>
internal sealed class ContextFinder(Func<ulong, byte[], int> read)
{
    private const int ContextWords = 12;
    private const ulong LargestTag = 16;
    private const ulong LargestCount = 1UL << 32;
    private const int EnoughOwn = 3;
    private const int EnoughEntered = 6;

    private readonly Dictionary<(int TlsWord, int Owner), Candidate> _candidates = [];

    /// <summary>Learns from a sighting; true when the task seems to run under a current_thread scheduler.</summary>
    public bool Add(PollSighting sighting)
    {
        // The blocking pool's tasks have no scheduler; its threads have entered the runtime all the same.
        if (sighting.Scheduler < Snapshot.LowestPointer)
            return false;
        var found = false;
        // Then it is the runtime's own and no LocalSet's.
        var isOfEntered = sighting.HoldsInTls(sighting.Scheduler);
        var bytes = new byte[ContextWords * 8];
        for (var word = 0; word < sighting.TlsWords; word++)
        {
            var pointer = sighting.TlsWord(word);
            if ((pointer & 7) != 0 || !sighting.IsInCaller(pointer) || (!sighting.TryReadStack(pointer, bytes) && read(pointer, bytes) < bytes.Length))
                continue;
            var context = MemoryMarshal.Cast<byte, ulong>(bytes);
            for (var owner = 0; owner < ContextWords; owner++)
            {
                var isOwn = context[owner] == sighting.Scheduler;
                if (context[owner] < Snapshot.LowestPointer || sighting.IsInCaller(context[owner]))
                    continue;
                if (!isOwn && (isOfEntered || !sighting.HoldsInTls(context[owner]) || !IsArc(context[owner])))
                    continue;
                if (HasWorkerOf(context[owner], context, sighting))
                    continue;
                CollectionsMarshal.GetValueRefOrAddDefault(_candidates, (word, owner), out _) ??= new Candidate();
                _candidates[(word, owner)].Add(context, isOwn, sighting);
                found = true;
            }
        }
        return found;
    }

    /// <summary>The likeliest place; null while too little has been seen.</summary>
    public ContextPlace? Find() =>
        _candidates
            .Where(c => c.Value.Own >= EnoughOwn || c.Value.Entered >= EnoughEntered)
            .OrderByDescending(c => c.Value.Own)
            .ThenByDescending(c => c.Value.Entered)
            .Select(c => new ContextPlace(c.Key.TlsWord, c.Key.Owner * 8, c.Value.Cores(c.Key.Owner), c.Value.Tag))
            .FirstOrDefault(p => p.Cores.Count > 0);

    /// <summary>Two counters come first. Thread-locals of allocators and the like share words with the stack by chance.</summary>
    private bool IsArc(ulong address)
    {
        var counters = new byte[2 * 8];
        return (address & 7) == 0 && read(address, counters) == counters.Length &&
            MemoryMarshal.Cast<byte, ulong>(counters) is [> 0 and < LargestCount, > 0 and < LargestCount];
    }

    /// <summary>One of the words points to an <c>Arc&lt;Worker&gt;</c>: two counters, then the handle, the index and the core in the compiler's order.</summary>
    private bool HasWorkerOf(ulong handle, ReadOnlySpan<ulong> context, PollSighting sighting)
    {
        var worker = new byte[5 * 8];
        foreach (var word in context)
        {
            if (word >= Snapshot.LowestPointer && (word & 7) == 0 && !sighting.IsInCaller(word) && read(word, worker) == worker.Length &&
                MemoryMarshal.Cast<byte, ulong>(worker)[2..].Contains(handle))
                return true;
        }
        return false;
    }

    private sealed class Candidate
    {
        private readonly int[] _pointers = new int[ContextWords];
        private readonly int[] _flags = new int[ContextWords];
        private ulong? _first;
        private bool _isConstant = true;

        public int Own { get; private set; }

        public int Entered { get; private set; }

        public ulong? Tag => _isConstant && _first < LargestTag ? _first : null;

        public void Add(ReadOnlySpan<ulong> context, bool isOwn, PollSighting sighting)
        {
            _ = isOwn ? Own++ : Entered++;
            _isConstant &= _first is null || _first == context[0];
            _first ??= context[0];
            for (var i = 0; i < ContextWords; i++)
            {
                if (context[i] >= Snapshot.LowestPointer && (context[i] & 7) == 0 && !sighting.IsInCaller(context[i]))
                    _pointers[i]++;
                if (context[i] is 0 or 1 or ulong.MaxValue)
                    _flags[i]++;
            }
        }

        /// <summary>
        /// Offsets that held a pointer often; the memory was read a moment later, perhaps between two polls. First those behind
        /// what may be the borrow flag of a <c>RefCell&lt;Option&lt;Box&lt;Core&gt;&gt;&gt;</c>.
        /// </summary>
        public IReadOnlyList<int> Cores(int owner) =>
        [
            .. Enumerable.Range(0, ContextWords)
                .Where(i => i != owner && _pointers[i] * 4 >= Own + Entered)
                .OrderByDescending(i => i > 0 && _flags[i - 1] == Own + Entered)
                .ThenByDescending(i => _pointers[i])
                .Select(i => i * 8),
        ];
    }
}
