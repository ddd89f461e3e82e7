namespace Hud.Symbols.Dwarf;

/// <summary>A function or an inlined call that owns addresses.</summary>
/// <param name="Die">Offset of its DIE from the start of the unit.</param>
/// <param name="Parent">Index of the scope that it was inlined into; -1 for a function.</param>
internal readonly record struct Scope(uint Die, int Parent);

/// <summary>
/// All functions of one unit and, below each, its inlined calls: built by one walk over the unit that reads nothing but addresses.
/// Names and call sites are read from the DIEs of the scopes that a lookup hits.
/// </summary>
internal sealed class FunctionTable(Scope[] scopes, Interval[] inlined, FunctionTable.Function[] functions, IntervalMap map)
{
    /// <summary>Above this many ranges a function gets an <see cref="IntervalMap"/> of its own at its first lookup.</summary>
    private const int ScanLimit = 48;

    private readonly Dictionary<int, IntervalMap> _innerMaps = [];

    /// <param name="Scope">Index of its scope.</param>
    /// <param name="Entry">Lowest address of its first range: where its symbol points.</param>
    /// <param name="FirstInlined">Its inlined calls' ranges in DIE order, those of functions nested in it included.</param>
    internal readonly record struct Function(int Scope, ulong Entry, int FirstInlined, int InlinedEnd);

    public static FunctionTable Empty { get; } = new([], [], [], IntervalMap.Empty);

    public ReadOnlySpan<Scope> Scopes => scopes;

    /// <summary>Rough memory held, for the cache's budget; the maps that lookups may make of the inlined calls included.</summary>
    public long Bytes => scopes.Length * 8L + inlined.Length * (24L + 20L) + functions.Length * 24L + map.Count * 20L;

    /// <summary>Appends the addresses of all functions.</summary>
    public void AddRanges(List<Interval> into, int value) => map.AddTo(into, value);

    /// <summary>The innermost scope at <paramref name="address"/>, and the function it lies in.</summary>
    public bool TryFind(ulong address, out int scope, out Function function)
    {
        if (!map.TryFind(address, out int index))
        {
            scope = -1;
            function = default;
            return false;
        }

        function = functions[index];
        scope = function.Scope;
        if (function.InlinedEnd - function.FirstInlined > ScanLimit)
        {
            if (!_innerMaps.TryGetValue(index, out IntervalMap? inner))
            {
                inner = IntervalMap.Build(inlined.AsSpan(function.FirstInlined..function.InlinedEnd));
                _innerMaps.Add(index, inner);
            }

            scope = inner.TryFind(address, out int found) ? found : scope;
            return true;
        }

        for (int i = function.InlinedEnd - 1; i >= function.FirstInlined; i--)
        {
            ref readonly Interval range = ref inlined[i];
            if (address - range.Low < range.High - range.Low)
            {
                scope = range.Value;
                break;
            }
        }

        return true;
    }
}
