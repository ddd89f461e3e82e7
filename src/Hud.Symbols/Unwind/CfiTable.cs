using System.Collections.Concurrent;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Unwind;

/// <summary>
/// The unwind rules of one file, from .eh_frame, and .debug_frame where that says nothing. A function's rows are made when an
/// address in it is first asked for, and kept; asking again allocates nothing. Safe for several threads.
/// </summary>
public sealed class CfiTable
{
    /// <summary>Rows that are kept have a number that fits beside a 48-bit address in one word.</summary>
    private const int MaxRows = 1 << 16;

    private const int CacheSize = 1 << 12;

    private readonly SymbolLimits _limits;
    private readonly Source[] _sources;
    private readonly CfiProgram _program;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<ulong, FunctionRows> _functions = new();
    private readonly Dictionary<CfiRow, int> _rowNumbers = [];
    private long _keptRows;
    private long _keptRules;
    private long _sharedRules;
    private CfiRow[] _rows = new CfiRow[64];

    /// <summary>Direct-mapped by address: the address shifted left by 16, or-ed with the number of its row. 0 is empty.</summary>
    private ulong[]? _cache;

    private CfiTable(Source[] sources, SymbolLimits limits)
    {
        _sources = sources;
        _limits = limits;
        _program = new CfiProgram(limits);
    }

    private sealed record Source(CfiSection Section, Lazy<FdeIndex> Index, Lazy<FdeIndex>? Scan);

    private readonly record struct FunctionRows(ulong End, ulong[] Starts, CfiRow[] Rows, int[] Numbers);

    /// <summary>
    /// Null when neither file has call frame information. <paramref name="debugFile"/> is the separate debug file of
    /// <paramref name="image"/>: its .debug_frame is used too.
    /// </summary>
    public static CfiTable? TryBuild(ElfImage image, SymbolLimits limits, ElfImage? debugFile = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(limits);
        List<Source> sources = [];
        image.TryGetSection(".text", out _, out ulong text);
        if (TryGetEhFrame(image, out ReadOnlyMemory<byte> frame, out ulong frameAddress, out ReadOnlyMemory<byte> header, out ulong headerAddress))
        {
            if (!image.TryGetSection(".got", out _, out ulong got)) image.TryGetSection(".got.plt", out _, out got);
            CfiSection section = new(frame, frameAddress, isEhFrame: true, text, got);
            Lazy<FdeIndex> scan = new(() => new ScannedFdeIndex(section, limits));
            HeaderFdeIndex? fromHeader = header.IsEmpty ? null : HeaderFdeIndex.TryRead(header, headerAddress, section);
            sources.Add(fromHeader is null ? new Source(section, scan, null) : new Source(section, new Lazy<FdeIndex>(fromHeader), scan));
        }
        foreach (ElfImage? file in new[] { image, debugFile })
        {
            if (file is null || !file.TryGetSection(".debug_frame", out ReadOnlyMemory<byte> debugFrame, out _) || debugFrame.IsEmpty) continue;
            CfiSection section = new(debugFrame, 0, isEhFrame: false, text, 0);
            sources.Add(new Source(section, new Lazy<FdeIndex>(() => new ScannedFdeIndex(section, limits)), null));
        }
        return sources.Count == 0 ? null : new CfiTable([.. sources], limits);
    }

    /// <summary>The rules in force at <paramref name="imageAddress"/>; for a return address pass the byte before it.</summary>
    public bool TryFindRow(ulong imageAddress, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CfiRow? row)
    {
        ulong[]? cache = Volatile.Read(ref _cache);
        if (cache is not null)
        {
            ulong entry = Volatile.Read(ref cache[Slot(imageAddress)]);
            if (entry >> 16 == imageAddress && entry != 0)
            {
                row = Volatile.Read(ref _rows)[(int)(entry & 0xFFFF)];
                return true;
            }
        }
        return TryFindRowSlowly(imageAddress, out row);
    }

    /// <summary>The range of the entry that covers <paramref name="imageAddress"/>: a function, or the hot or cold part of one.</summary>
    public bool TryFindFunction(ulong imageAddress, out ulong start, out ulong end)
    {
        if (TryFindFde(imageAddress, out _, out Fde fde))
        {
            (start, end) = (fde.First, fde.End);
            return true;
        }
        (start, end) = (0, 0);
        return false;
    }

    private bool TryFindRowSlowly(ulong imageAddress, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CfiRow? row)
    {
        row = null;
        if (!TryFindFde(imageAddress, out CfiSection? section, out Fde fde)) return false;
        if (!_functions.TryGetValue(fde.First, out FunctionRows rows)) rows = Build(section, fde);
        int at = Array.BinarySearch(rows.Starts, imageAddress);
        if (at < 0) at = ~at - 1;
        if (at < 0) return false;
        row = rows.Rows[at];
        int number = rows.Numbers[at];
        if (number >= 0 && imageAddress >> 48 == 0)
        {
            ulong[] cache = _cache ?? Interlocked.CompareExchange(ref _cache, new ulong[CacheSize], null) ?? _cache;
            Volatile.Write(ref cache[Slot(imageAddress)], imageAddress << 16 | (uint)number);
        }
        return true;
    }

    private FunctionRows Build(CfiSection section, in Fde fde)
    {
        lock (_lock)
        {
            List<(ulong Address, CfiRow Row)> rows = _program.Run(section, fde);
            if (_keptRows + rows.Count > _limits.MaxKeptRows || _keptRules + _program.RuleCount > _limits.MaxKeptRules)
            {
                _functions.Clear();
                (_keptRows, _keptRules) = (0, 0);
            }
            ulong[] starts = new ulong[rows.Count];
            CfiRow[] shared = new CfiRow[rows.Count];
            int[] numbers = new int[rows.Count];
            for (int i = 0; i < rows.Count; i++)
            {
                starts[i] = rows[i].Address;
                numbers[i] = Share(rows[i].Row, out shared[i]);
            }
            FunctionRows built = new(fde.End, starts, shared, numbers);
            _keptRows += rows.Count + 1;
            _keptRules += _program.RuleCount;
            _functions[fde.First] = built;
            return built;
        }
    }

    private int Share(CfiRow row, out CfiRow shared)
    {
        shared = row;
        if (_rowNumbers.TryGetValue(row, out int number))
        {
            shared = _rows[number];
            return number;
        }
        number = _rowNumbers.Count;
        if (number == MaxRows || _sharedRules + row.Registers.Length > _limits.MaxKeptRules) return -1;
        _sharedRules += row.Registers.Length;
        if (number == _rows.Length)
        {
            CfiRow[] larger = new CfiRow[_rows.Length * 2];
            _rows.CopyTo(larger, 0);
            Volatile.Write(ref _rows, larger);
        }
        _rows[number] = row;
        _rowNumbers.Add(row, number);
        return number;
    }

    private bool TryFindFde(ulong imageAddress, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CfiSection? section, out Fde fde)
    {
        foreach (Source source in _sources)
        {
            section = source.Section;
            if (source.Index.Value.TryFind(imageAddress, out int offset))
            {
                if (section.TryReadFde(offset) is { } found)
                {
                    fde = section.FirstWithCode(found);
                    if (fde.First <= imageAddress && imageAddress < fde.End) return true;
                    if (fde.First <= imageAddress) continue;
                }
                // The header's table names an entry that is not there or starts elsewhere: it cannot be trusted.
                if (source.Scan?.Value.TryFind(imageAddress, out offset) == true && section.TryReadFde(offset) is { } scanned)
                {
                    fde = scanned;
                    if (fde.First <= imageAddress && imageAddress < fde.End) return true;
                }
            }
        }
        section = null;
        fde = default;
        return false;
    }

    private static bool TryGetEhFrame(
        ElfImage image,
        out ReadOnlyMemory<byte> frame,
        out ulong frameAddress,
        out ReadOnlyMemory<byte> header,
        out ulong headerAddress)
    {
        bool hasHeader = image.TryGetSection(".eh_frame_hdr", out header, out headerAddress);
        if (image.TryGetSection(".eh_frame", out frame, out frameAddress) && !frame.IsEmpty) return true;

        // Without section headers the program headers still lead to both.
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != ElfSegmentType.GnuEhFrame) continue;
            if (!image.TryReadMemory(segment.VirtualAddress, (int)Math.Min(segment.FileSize, int.MaxValue), out header)) continue;
            headerAddress = segment.VirtualAddress;
            if (!HeaderFdeIndex.TryReadSectionAddress(header.Span, headerAddress, out frameAddress)) continue;
            foreach (ElfSegment load in image.Segments)
            {
                ulong into = frameAddress - load.VirtualAddress;
                if (load.Type == ElfSegmentType.Load && into < load.FileSize
                    && image.TryReadMemory(frameAddress, (int)Math.Min(load.FileSize - into, int.MaxValue), out frame))
                {
                    return true;
                }
            }
        }
        if (!hasHeader) header = default;
        return false;
    }

    private static int Slot(ulong address) => (int)((address ^ address >> 12) & (CacheSize - 1));
}
