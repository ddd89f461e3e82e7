using System.Buffers.Binary;
using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>A <c>tokio::runtime::task::raw::Vtable</c>: one per spawned future type.</summary>
/// <param name="Address">Image address of the vtable.</param>
/// <param name="Poll">Image address of its poll function, <c>raw::poll::&lt;T, S&gt;</c>.</param>
/// <param name="Schedule">Image address of <c>raw::schedule::&lt;S&gt;</c>, which every wake of an idle task ends in; one for each kind of scheduler.</param>
/// <param name="TrailerOffset">From the task's Header, as the two that follow.</param>
/// <param name="IdOffset">Where the task's id (u64) is.</param>
/// <param name="SpawnLocationOffset">Where a pointer to the spawn's <c>core::panic::Location</c> is; only with <c>tokio_unstable</c>.</param>
public readonly record struct TaskVtable(
    ulong Address, ulong Poll, ulong Schedule, int TrailerOffset, int SchedulerOffset, int IdOffset, int? SpawnLocationOffset);

/// <summary>
/// Finds the task vtables of Tokio 1.23 and later by their form, without symbols: seven words that point to code (poll,
/// schedule, dealloc, try_read_output, drop_join_handle_slow, drop_abort_handle, shutdown), then three small plain numbers.
/// </summary>
public static class TaskVtables
{
    private const int Functions = 7;
    private const int WordBytes = 8;
    private const ulong MostTrailerOffset = 1 << 24;

    /// <summary>By address. Position-independent files are read through their relative relocations, others by the words themselves.</summary>
    public static IReadOnlyList<TaskVtable> Scan(ElfImage image) =>
        image.IsPositionIndependent ? ScanRelocations(image) : ScanWords(image);

    private static List<TaskVtable> ScanRelocations(ElfImage image)
    {
        var code = CodeRanges(image);
        var relocations = image.RelativeRelocations().ToArray();
        Array.Sort(relocations, static (a, b) => a.Address.CompareTo(b.Address));
        var found = new List<TaskVtable>();
        var run = 0;
        for (var i = 0; i < relocations.Length; i++)
        {
            var isNext = i > 0 && relocations[i].Address == relocations[i - 1].Address + WordBytes;
            run = !Covers(code, relocations[i].Target) ? 0 : isNext ? run + 1 : 1;
            if (run < Functions)
                continue;

            // The plain words that must follow the seventh pointer are not relocated.
            var end = relocations[i].Address + WordBytes;
            if (i + 1 < relocations.Length && relocations[i + 1].Address < end + 3 * WordBytes)
                continue;
            var start = end - Functions * WordBytes;
            var hasFourth = i + 1 == relocations.Length || relocations[i + 1].Address != end + 3 * WordBytes;
            if (TryRead(image, start, relocations[i - Functions + 1].Target, relocations[i - Functions + 2].Target, hasFourth, out var vtable))
                found.Add(vtable);
        }
        return found;
    }

    private static List<TaskVtable> ScanWords(ElfImage image)
    {
        var code = CodeRanges(image);
        var found = new List<TaskVtable>();
        foreach (var segment in image.Segments)
        {
            if (segment.Type != ElfSegmentType.Load || segment.Flags.HasFlag(ElfSegmentFlags.Execute) || segment.FileSize > int.MaxValue ||
                !image.TryReadMemory(segment.VirtualAddress, (int)segment.FileSize, out var bytes))
                continue;
            var words = bytes.Span;
            var run = 0;
            ulong poll = 0;
            for (var at = (int)(-(long)segment.VirtualAddress & (WordBytes - 1)); at + WordBytes <= words.Length; at += WordBytes)
            {
                run = Covers(code, BinaryPrimitives.ReadUInt64LittleEndian(words[at..])) ? run + 1 : 0;
                if (run < Functions)
                    continue;
                var start = at - (Functions - 1) * WordBytes;
                poll = BinaryPrimitives.ReadUInt64LittleEndian(words[start..]);
                var schedule = BinaryPrimitives.ReadUInt64LittleEndian(words[(start + WordBytes)..]);
                if (TryRead(image, segment.VirtualAddress + (ulong)start, poll, schedule, hasFourth: true, out var vtable))
                    found.Add(vtable);
            }
        }
        return found;
    }

    private static bool TryRead(ElfImage image, ulong address, ulong poll, ulong schedule, bool hasFourth, out TaskVtable vtable)
    {
        vtable = default;
        var plain = address + Functions * WordBytes;
        if (!image.TryReadMemory(plain, 3 * WordBytes, out var bytes))
            return false;
        var trailer = Word(bytes, 0);
        var scheduler = Word(bytes, 1);
        var id = Word(bytes, 2);
        if (((trailer | scheduler | id) & 7) != 0 ||
            scheduler is < 32 or > 512 || id < scheduler || id > scheduler + 128 || trailer <= id || trailer >= MostTrailerOffset)
            return false;

        int? spawn = hasFourth && image.TryReadMemory(plain + 3 * WordBytes, WordBytes, out var fourth) && Word(fourth, 0) == id + WordBytes
            ? (int)id + WordBytes
            : null;
        vtable = new TaskVtable(address, poll, schedule, (int)trailer, (int)scheduler, (int)id, spawn);
        return true;
    }

    private static ulong Word(ReadOnlyMemory<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[(index * WordBytes)..]);

    private static (ulong Start, ulong Size)[] CodeRanges(ElfImage image) =>
    [
        .. image.Segments
            .Where(s => s.Type == ElfSegmentType.Load && s.Flags.HasFlag(ElfSegmentFlags.Execute))
            .Select(s => (s.VirtualAddress, s.MemorySize)),
    ];

    private static bool Covers((ulong Start, ulong Size)[] code, ulong address)
    {
        foreach (var (start, size) in code)
        {
            if (address - start < size)
                return true;
        }
        return false;
    }
}
