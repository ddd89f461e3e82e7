using System.Runtime.InteropServices;

namespace Hud.Symbols.Dwarf;

/// <summary>Runs the line programs of units, one after the other: its lists grow once.</summary>
internal sealed class LineTableBuilder(SymbolLimits limits)
{
    public const int RowsPerCheckpoint = 16;
    private readonly List<LineTable.Checkpoint> _checkpoints = [];
    private readonly List<LineTable.Sequence> _sequences = [];

    /// <summary>Null where the unit has no line program that can be read.</summary>
    public LineTable? TryBuild(DwarfUnit unit)
    {
        ReadOnlySpan<byte> section = unit.Sections.Line.Span;
        if (unit.StmtList is not { } offset || LineHeader.TryRead(section, offset, unit.Encoding.AddressSize, limits) is not { } header)
        {
            return null;
        }

        _checkpoints.Clear();
        _sequences.Clear();
        var machine = new LineMachine(section, header, unit.Encoding.AddressSize, header.ProgramStart, definesFiles: true);
        int first = 0, rows = 0;
        ulong low = 0;
        while (machine.MoveNext())
        {
            if (machine.EndsSequence)
            {
                if (rows > 0 && machine.Row.Address > low && !unit.IsDead(low))
                {
                    _sequences.Add(new LineTable.Sequence(low, machine.Row.Address, first, _checkpoints.Count - first));
                }
                else
                {
                    _checkpoints.RemoveRange(first, _checkpoints.Count - first);
                }

                machine.StartSequence();
                first = _checkpoints.Count;
                rows = 0;
                continue;
            }

            if (rows % RowsPerCheckpoint == 0)
            {
                // A sequence whose addresses fall back is against the standard; rows below a checkpoint are then not found, as elsewhere.
                if (rows == 0)
                {
                    low = machine.Row.Address;
                    _checkpoints.Add(new LineTable.Checkpoint(machine.Row, machine.Position));
                }
                else if (machine.Row.Address >= _checkpoints[^1].Row.Address)
                {
                    _checkpoints.Add(new LineTable.Checkpoint(machine.Row, machine.Position));
                }
            }

            rows++;
        }

        CollectionsMarshal.AsSpan(_sequences).Sort();
        return new LineTable(unit, header, [.. _checkpoints], [.. _sequences]);
    }
}
