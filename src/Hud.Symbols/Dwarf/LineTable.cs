namespace Hud.Symbols.Dwarf;

/// <summary>
/// Address to file and line for one unit. Rows are not kept: every <see cref="LineTableBuilder.RowsPerCheckpoint"/> of them the state of the machine is,
/// and a lookup runs the program from the checkpoint before the address. That takes about as much memory as .debug_line has bytes of the unit.
/// </summary>
internal sealed class LineTable
{
    private readonly DwarfUnit _unit;
    private readonly LineHeader _header;
    private readonly Checkpoint[] _checkpoints;
    private readonly Sequence[] _sequences;
    private readonly string?[] _paths;

    public LineTable(DwarfUnit unit, LineHeader header, Checkpoint[] checkpoints, Sequence[] sequences)
    {
        _unit = unit;
        _header = header;
        _checkpoints = checkpoints;
        _sequences = sequences;
        _paths = new string?[header.Files.Count];
    }

    internal readonly record struct Checkpoint(LineRow Row, int Position);

    internal readonly record struct Sequence(ulong Low, ulong High, int First, int Count) : IComparable<Sequence>
    {
        public int CompareTo(Sequence other) => Low.CompareTo(other.Low);
    }

    /// <summary>Rough memory held, for the cache's budget; not the paths, which are made one by one.</summary>
    public long Bytes => _checkpoints.Length * 32L + _sequences.Length * 24L + _paths.Length * (8L + 32L) + _header.Directories.Count * 24L;

    /// <summary>Bytes of the paths made so far.</summary>
    public long PathBytes { get; private set; }

    /// <summary>The last row at or below <paramref name="address"/> in the sequence that holds it.</summary>
    public bool TryFind(ulong address, out LineRow row)
    {
        row = default;
        int low = 0, high = _sequences.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = _sequences[middle].Low <= address ? (middle + 1, high) : (low, middle);
        }

        if (low == 0 || address >= _sequences[low - 1].High)
        {
            return false;
        }

        Sequence sequence = _sequences[low - 1];
        ReadOnlySpan<Checkpoint> checkpoints = _checkpoints.AsSpan(sequence.First, sequence.Count);
        low = 0;
        high = checkpoints.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = checkpoints[middle].Row.Address <= address ? (middle + 1, high) : (low, middle);
        }

        if (low == 0)
        {
            return false;
        }

        row = checkpoints[low - 1].Row;
        var machine = new LineMachine(_unit.Sections.Line.Span, _header, _unit.Encoding.AddressSize, checkpoints[low - 1].Position) { Row = row };
        while (machine.MoveNext() && !machine.EndsSequence && machine.Row.Address <= address)
        {
            row = machine.Row;
        }

        return true;
    }

    /// <summary>
    /// Path of file <paramref name="file"/> as rows and DW_AT_call_file number it: joined from the compilation directory, its directory and its name,
    /// not normalised. Null for a number that the table does not have.
    /// </summary>
    public string? Path(ulong file)
    {
        ulong index = _header.Version >= 5 ? file : file - 1;
        if (index >= (ulong)_paths.Length)
        {
            return null;
        }

        if (_paths[index] is null)
        {
            _paths[index] = Join((int)index);
            PathBytes += (_paths[index]?.Length ?? 0) * sizeof(char);
        }

        return _paths[index];
    }

    private string? Join(int index)
    {
        LineFile file = _header.Files[index];
        string? name = Text(file.Name);
        if (name is null || name.StartsWith('/'))
        {
            return name;
        }

        string? directory = null;
        ulong number = _header.Version >= 5 ? file.Directory : file.Directory - 1ul;
        if (number < (ulong)_header.Directories.Count)
        {
            directory = Text(_header.Directories[(int)number]);
        }

        if (directory is not null)
        {
            name = Concatenate(directory, name);
        }

        return name.StartsWith('/') || _unit.CompilationDirectory is not { } root ? name : Concatenate(root, name);
    }

    private static string Concatenate(string directory, string name) =>
        directory.EndsWith('/') ? directory + name : string.Concat(directory, "/", name);

    private string? Text(in AttributeValue value)
    {
        if (value.Kind != AttributeKind.InlineString)
        {
            return _unit.GetText(value);
        }

        ReadOnlyMemory<byte> section = _unit.Sections.Line;
        return value.Length == 0 || value.Value + (ulong)value.Length > (ulong)section.Length
            ? null
            : System.Text.Encoding.UTF8.GetString(section.Span.Slice((int)value.Value, value.Length));
    }
}
