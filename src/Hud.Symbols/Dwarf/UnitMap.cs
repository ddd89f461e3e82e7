using System.Runtime.InteropServices;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// Which unit owns an address: from .debug_aranges first, which names most units of a Rust program without opening them; then, at the first
/// address that is not there, from the root DIEs of the units that .debug_aranges leaves out. Of overlapping units the first in the file wins.
/// </summary>
internal sealed class UnitMap(DwarfFile file, UnitWalker walker, SymbolLimits limits)
{
    private readonly HashSet<ulong> _listed = [];
    private IntervalMap? _listedMap;
    private IntervalMap? _otherMap;
    private ulong[] _listedUnits = [];

    public DwarfUnit? Find(ulong address)
    {
        _listedMap ??= ReadAranges();
        if (_listedMap.TryFind(address, out int index))
        {
            return file.UnitAt(_listedUnits[index]);
        }

        _otherMap ??= ReadRoots();
        return _otherMap.TryFind(address, out index) ? file.UnitAt(file.UnitOffsets[index]) : null;
    }

    private IntervalMap ReadAranges()
    {
        var intervals = new List<Interval>();
        var units = new List<ulong>();
        var reader = new ByteReader(file.Sections.Aranges.Span);
        while (reader.Remaining > 0)
        {
            int start = reader.Position;
            if (!UnitHeader.TryReadLength(ref reader, out byte offsetSize, out ulong length))
            {
                break;
            }

            int end = reader.Position + (int)length;
            ushort version = reader.U16();
            ulong unit = reader.Unsigned(offsetSize);
            byte addressSize = reader.U8();
            byte segmentSize = reader.U8();
            if (version == 2 && addressSize == 8 && segmentSize == 0)
            {
                // Tuples are aligned to their size, counted from the start of the set.
                reader.Skip((ulong)(-(reader.Position - start) & 15));
                int first = intervals.Count;
                while (reader.Position + 16 <= end)
                {
                    ulong low = reader.U64();
                    ulong size = reader.U64();
                    if (size != 0 && low >= file.LowestCode && low + size > low)
                    {
                        intervals.Add(new Interval(low, low + size, units.Count));
                    }
                }

                if (intervals.Count > first)
                {
                    units.Add(unit);
                    _listed.Add(unit);
                }
            }

            reader.Position = Math.Min(end, reader.Length);
        }

        _listedUnits = [.. units];
        return IntervalMap.Build(CollectionsMarshal.AsSpan(intervals), firstWins: true);
    }

    private IntervalMap ReadRoots()
    {
        var intervals = new List<Interval>();
        ReadOnlySpan<ulong> offsets = file.UnitOffsets;
        for (int i = 0; i < offsets.Length && intervals.Count < limits.MaxRangesPerTable; i++)
        {
            if (_listed.Contains(offsets[i]) || file.UnitAt(offsets[i]) is not { } unit ||
                unit.RootTag is not (DwTag.CompileUnit or DwTag.SkeletonUnit))
            {
                continue;
            }

            int before = intervals.Count;
            unit.AddRootRanges(intervals, i);
            if (intervals.Count == before && !unit.HasRanges && !unit.HasDwoName)
            {
                // Some compilers give the root no addresses at all; then the functions have them.
                walker.Walk(unit, out _).AddRanges(intervals, i);
            }
        }

        return IntervalMap.Build(CollectionsMarshal.AsSpan(intervals), firstWins: true);
    }
}
