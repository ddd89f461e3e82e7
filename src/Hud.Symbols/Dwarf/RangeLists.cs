namespace Hud.Symbols.Dwarf;

/// <summary>Reads DW_AT_ranges: .debug_ranges up to DWARF 4, .debug_rnglists from 5.</summary>
internal static class RangeLists
{
    public static void Add(DwarfUnit unit, in AttributeValue ranges, SymbolLimits limits, List<Interval> into, int value)
    {
        // Many scopes may name one long list.
        int limit = Math.Min(limits.MaxRangesPerScope, limits.MaxRangesPerTable - into.Count);
        if (unit.Encoding.Version >= 5)
        {
            if (TryGetOffset(unit, ranges, out ulong offset))
            {
                AddFromRngLists(unit, offset, limit, into, value);
            }
        }
        else if (ranges.TryGetConstant(out ulong offset))
        {
            AddFromRanges(unit, unit.RangesBase + offset, limit, into, value);
        }
    }

    private static bool TryGetOffset(DwarfUnit unit, in AttributeValue ranges, out ulong offset)
    {
        if (ranges.Kind != AttributeKind.RangeListIndex)
        {
            return ranges.TryGetConstant(out offset);
        }

        offset = 0;
        if (ranges.Value > uint.MaxValue)
        {
            return false;
        }

        int size = unit.Encoding.OffsetSize;
        var reader = new ByteReader(unit.Sections.RngLists.Span, unit.RngListsBase + ranges.Value * (ulong)size);
        offset = unit.RngListsBase + reader.Unsigned(size);
        return !reader.Failed;
    }

    private static void AddFromRanges(DwarfUnit unit, ulong offset, int limit, List<Interval> into, int value)
    {
        int size = unit.Encoding.AddressSize;
        ulong baseSelection = size == 8 ? ulong.MaxValue : uint.MaxValue;
        ulong start = unit.BaseAddress;
        var reader = new ByteReader(unit.RangesSection.Span, offset);
        for (int i = 0; i < limit; i++)
        {
            ulong low = reader.Unsigned(size);
            ulong high = reader.Unsigned(size);
            if (reader.Failed || (low == 0 && high == 0))
            {
                return;
            }

            if (low == baseSelection)
            {
                start = high;
            }
            else if (high > low && !unit.IsTombstone(low) && !unit.IsTombstone(start) && !unit.IsDead(start + low))
            {
                into.Add(new Interval(start + low, start + high, value));
            }
        }
    }

    private static void AddFromRngLists(DwarfUnit unit, ulong offset, int limit, List<Interval> into, int value)
    {
        int size = unit.Encoding.AddressSize;
        ulong start = unit.BaseAddress;
        var reader = new ByteReader(unit.Sections.RngLists.Span, offset);
        for (int i = 0; i < limit && !reader.Failed; i++)
        {
            ulong low, high;
            switch (reader.U8())
            {
                case 1: // DW_RLE_base_addressx
                    unit.TryGetIndexedAddress(reader.Uleb(), out start);
                    continue;
                case 2: // DW_RLE_startx_endx
                    unit.TryGetIndexedAddress(reader.Uleb(), out low);
                    unit.TryGetIndexedAddress(reader.Uleb(), out high);
                    break;
                case 3: // DW_RLE_startx_length
                    unit.TryGetIndexedAddress(reader.Uleb(), out low);
                    high = low + reader.Uleb();
                    break;
                case 4: // DW_RLE_offset_pair
                    low = start + reader.Uleb();
                    high = start + reader.Uleb();
                    if (unit.IsTombstone(start))
                    {
                        continue;
                    }

                    break;
                case 5: // DW_RLE_base_address
                    start = reader.Unsigned(size);
                    continue;
                case 6: // DW_RLE_start_end
                    low = reader.Unsigned(size);
                    high = reader.Unsigned(size);
                    break;
                case 7: // DW_RLE_start_length
                    low = reader.Unsigned(size);
                    high = low + reader.Uleb();
                    break;
                default: // DW_RLE_end_of_list, or unknown
                    return;
            }

            if (!reader.Failed && high > low && !unit.IsDead(low))
            {
                into.Add(new Interval(low, high, value));
            }
        }
    }
}
