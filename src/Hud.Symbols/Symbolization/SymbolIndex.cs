using System.Runtime.InteropServices;
using Hud.Symbols.Dwarf;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Symbolization;

/// <summary>
/// Code symbols of .symtab, or of .dynsym in a stripped file, sorted by address; 20 bytes each, names stay in the file.
/// A symbol without a size reaches to the next symbol or the end of its section.
/// </summary>
internal sealed class SymbolIndex
{
    private readonly ElfSymbolTable _table;
    private readonly IntervalMap _map;
    private readonly ulong[] _starts;
    private readonly int[] _symbols;
    private readonly Dictionary<ulong, int[]> _mergedGlue;

    private SymbolIndex(ElfSymbolTable table, NameSource source, IntervalMap map, ulong[] starts, int[] symbols, Dictionary<ulong, int[]> mergedGlue)
    {
        _mergedGlue = mergedGlue;
        _table = table;
        Source = source;
        _map = map;
        _starts = starts;
        _symbols = symbols;
    }

    public NameSource Source { get; }

    public int Count => _starts.Length;

    public static SymbolIndex Build(ElfImage image, ElfImage? debugFile)
    {
        ElfImage owner = debugFile is { Symbols.Count: > 0 } ? debugFile : image;
        return owner.Symbols.Count > 0
            ? Build(owner, owner.Symbols, NameSource.SymbolTable)
            : Build(image, image.DynamicSymbols, NameSource.DynamicSymbolTable);
    }

    /// <summary>The symbol whose code holds <paramref name="address"/>: the innermost where symbols nest.</summary>
    public bool TryFind(ulong address, out ElfSymbol symbol)
    {
        if (_map.TryFind(address, out int index))
        {
            symbol = _table[index];
            return true;
        }

        symbol = default;
        return false;
    }

    /// <summary>The symbol that starts at <paramref name="address"/>.</summary>
    public bool TryFindExact(ulong address, out ElfSymbol symbol)
    {
        int index = Array.BinarySearch(_starts, address);
        symbol = index >= 0 ? _table[_symbols[index]] : default;
        return index >= 0;
    }

    /// <summary>
    /// All names of the drop glue that starts at <paramref name="address"/>, where it has several: glue of types that are dropped alike
    /// is merged, and none of the names says whose it is.
    /// </summary>
    public IEnumerable<string> MergedGlueAt(ulong address) =>
        _mergedGlue.TryGetValue(address, out int[]? symbols) ? symbols.Select(s => _table[s].NameText) : [];

    private static SymbolIndex Build(ElfImage owner, ElfSymbolTable table, NameSource source)
    {
        ReadOnlySpan<ElfSymbolTable.RawSymbol> raw = table.Raw;
        var candidates = new List<int>(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (IsCode(owner, raw[i]) && !IsMappingSymbol(owner, table, raw[i]))
            {
                candidates.Add(i);
            }
        }

        int[] order = [.. candidates];
        ulong[] starts = new ulong[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            starts[i] = raw[order[i]].Value;
        }

        Array.Sort(starts, order);
        var mergedGlue = new Dictionary<ulong, int[]>();
        int kept = Deduplicate(table, starts, order, mergedGlue);
        Array.Resize(ref starts, kept);
        Array.Resize(ref order, kept);
        return new SymbolIndex(table, source, Cover(owner, raw, starts, order), starts, order, mergedGlue);
    }

    private static bool IsCode(ElfImage owner, in ElfSymbolTable.RawSymbol symbol)
    {
        if (symbol.SectionIndex == 0 || symbol.NameOffset == 0)
        {
            return false;
        }

        if (symbol.Type is ElfSymbolType.Function or ElfSymbolType.IndirectFunction)
        {
            return true;
        }

        // Hand-written assembly has code under untyped labels.
        return symbol.Type == ElfSymbolType.None && symbol.SectionIndex < owner.Sections.Count &&
            owner.Sections[symbol.SectionIndex].Flags.HasFlag(ElfSectionFlags.Executable);
    }

    /// <summary>aarch64 marks where code ($x) and data in between ($d) start; "$x.2" too (ELF for the Arm 64-bit Architecture, 5.4).</summary>
    private static bool IsMappingSymbol(ElfImage owner, ElfSymbolTable table, in ElfSymbolTable.RawSymbol symbol) =>
        owner.Machine == ElfMachine.AArch64 && symbol.Type == ElfSymbolType.None &&
        table.NameAt(symbol.NameOffset).Span is [(byte)'$', (byte)'x' or (byte)'d'] or [(byte)'$', (byte)'x' or (byte)'d', (byte)'.', ..];

    /// <summary>Leaves one symbol per address, the one a reader would call it by.</summary>
    private static int Deduplicate(ElfSymbolTable table, ulong[] starts, int[] order, Dictionary<ulong, int[]> mergedGlue)
    {
        int kept = 0;
        for (int i = 0; i < starts.Length;)
        {
            int best = i;
            int next = i + 1;
            for (; next < starts.Length && starts[next] == starts[i]; next++)
            {
                if (IsBetter(table, order[next], order[best]))
                {
                    best = next;
                }
            }

            if (next - i > 1 && table[order[best]].Name.Span.IndexOf("drop_in_place"u8) >= 0)
            {
                mergedGlue.Add(starts[i], order[i..next]);
            }

            starts[kept] = starts[i];
            order[kept] = order[best];
            kept++;
            i = next;
        }

        return kept;
    }

    private static bool IsBetter(ElfSymbolTable table, int candidate, int current)
    {
        ElfSymbol a = table[candidate], b = table[current];
        return Rank(a).CompareTo(Rank(b)) switch
        {
            > 0 => true,
            < 0 => false,
            // Aliases such as read, __read and __libc_read: the plain one is what programs call; the table's order settles the rest.
            _ => (Underscores(a), a.Name.Length, candidate).CompareTo((Underscores(b), b.Name.Length, current)) < 0,
        };

        static (bool, bool, bool) Rank(in ElfSymbol symbol) => (symbol.Size > 0, symbol.IsFunction, symbol.Binding != ElfSymbolBinding.Local);

        static int Underscores(in ElfSymbol symbol) => symbol.Name.Span.StartsWith("_Z"u8) || symbol.Name.Span.StartsWith("_R"u8)
            ? 0
            : symbol.Name.Length - symbol.Name.Span.TrimStart((byte)'_').Length;
    }

    private static IntervalMap Cover(ElfImage owner, ReadOnlySpan<ElfSymbolTable.RawSymbol> raw, ulong[] starts, int[] order)
    {
        var intervals = new List<Interval>(order.Length);
        ulong coveredTo = 0;
        for (int i = 0; i < order.Length; i++)
        {
            ref readonly ElfSymbolTable.RawSymbol symbol = ref raw[order[i]];
            ulong end = symbol.Value + symbol.Size;
            if (symbol.Size == 0)
            {
                if (symbol.Value < coveredTo)
                {
                    // A label inside a function is no function.
                    continue;
                }

                end = SectionEnd(owner, symbol.SectionIndex, symbol.Value);
                end = i + 1 < starts.Length ? Math.Min(end, starts[i + 1]) : end;
            }

            if (end > symbol.Value)
            {
                intervals.Add(new Interval(symbol.Value, end, order[i]));
                coveredTo = Math.Max(coveredTo, end);
            }
        }

        return IntervalMap.Build(CollectionsMarshal.AsSpan(intervals));
    }

    private static ulong SectionEnd(ElfImage owner, ushort index, ulong address)
    {
        if (index < owner.Sections.Count)
        {
            ElfSection section = owner.Sections[index];
            return address - section.Address < section.Size ? section.Address + section.Size : address;
        }

        return address;
    }
}
