namespace Hud.Symbols.Dwarf;

/// <summary>The registers of a row.</summary>
internal record struct LineRow(ulong Address, uint File, uint Line, uint Column)
{
    public static LineRow Initial => new(0, 1, 1, 0);
}

/// <summary>
/// The line-number state machine (DWARF 5 §6.2.5), stopping at every row. DW_LNE_define_file adds to the header's files in the first run over a program.
/// </summary>
internal ref struct LineMachine
{
    private readonly LineHeader _header;
    private readonly byte _addressSize;
    private readonly bool _definesFiles;
    private ByteReader _reader;

    public LineMachine(ReadOnlySpan<byte> section, LineHeader header, byte addressSize, int position, bool definesFiles = false)
    {
        _header = header;
        _addressSize = addressSize;
        _definesFiles = definesFiles;
        _reader = new ByteReader(section[..header.ProgramEnd]) { Position = position };
        Row = LineRow.Initial;
    }

    public LineRow Row;

    /// <summary>The row just reached ends a sequence: its address is the first one behind it.</summary>
    public bool EndsSequence { get; private set; }

    public readonly int Position => _reader.Position;

    /// <summary>Runs to the next row; false at the end of the program. Call <see cref="StartSequence"/> after a row that ended one.</summary>
    public bool MoveNext()
    {
        SpecialOpcodes special = _header.Special;
        while (!_reader.AtEnd)
        {
            byte opcode = _reader.U8();
            if (opcode >= special.OpcodeBase)
            {
                Row.Address += special.Address[opcode];
                Row.Line += (uint)(int)special.Line[opcode];
                return true;
            }

            switch (opcode)
            {
                case 0:
                    if (Extended())
                    {
                        return true;
                    }

                    break;
                case 1: // DW_LNS_copy
                    return true;
                case 2: // DW_LNS_advance_pc
                    Row.Address += _reader.Uleb() * special.MinimumLength;
                    break;
                case 3: // DW_LNS_advance_line
                    Row.Line += (uint)_reader.Sleb();
                    break;
                case 4: // DW_LNS_set_file
                    Row.File = (uint)_reader.Uleb();
                    break;
                case 5: // DW_LNS_set_column
                    Row.Column = (uint)_reader.Uleb();
                    break;
                case 6 or 7 or 10 or 11: // negate_stmt, set_basic_block, set_prologue_end, set_epilogue_begin
                    break;
                case 8: // DW_LNS_const_add_pc
                    Row.Address += special.Address[byte.MaxValue];
                    break;
                case 9: // DW_LNS_fixed_advance_pc
                    Row.Address += _reader.U16();
                    break;
                default:
                    int operands = opcode <= _header.OperandCounts.Length ? _header.OperandCounts[opcode - 1] : 0;
                    for (int i = 0; i < operands; i++)
                    {
                        _reader.SkipLeb();
                    }

                    break;
            }
        }

        return false;
    }

    public void StartSequence()
    {
        EndsSequence = false;
        Row = LineRow.Initial;
    }

    private bool Extended()
    {
        ulong length = _reader.Uleb();
        int start = _reader.Position;
        if (length == 0 || length > (ulong)_reader.Remaining)
        {
            _reader.Skip(length);
            return false;
        }

        bool row = false;
        switch (_reader.U8())
        {
            case 1: // DW_LNE_end_sequence
                EndsSequence = true;
                row = true;
                break;
            case 2: // DW_LNE_set_address
                Row.Address = length is 5 or 9 ? _reader.Unsigned((int)length - 1) : _reader.Unsigned(_addressSize);
                break;
            case 3 when _definesFiles && _header.Files.Count < ushort.MaxValue: // DW_LNE_define_file
                _header.Files.Add(LineHeader.ReadOldFile(ref _reader));
                break;
        }

        if (!_reader.Failed)
        {
            _reader.Position = start + (int)length;
        }

        return row;
    }
}
