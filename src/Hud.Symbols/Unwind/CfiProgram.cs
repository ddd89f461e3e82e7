namespace Hud.Symbols.Unwind;

/// <summary>
/// Runs call frame instructions (DWARF 5 section 6.4.2, the GNU and aarch64 ones included) and collects a row
/// for every address at which the rules change. One instance is reused; not for several threads at once.
/// </summary>
internal sealed class CfiProgram(SymbolLimits limits)
{
    /// <summary>Beyond the vector registers of x86-64 (67) and aarch64 (95); rules of higher ones are read and dropped.</summary>
    public const int MaxRegisters = 128;

    private readonly List<(CfaState Cfa, CfiRule[] Rules)> _saved = [];
    private readonly CfiRule[] _rules = new CfiRule[MaxRegisters];
    private readonly CfiRule[] _initial = new CfiRule[MaxRegisters];
    private readonly List<(ulong Address, CfiRow Row)> _rows = [];
    private CfaState _cfa;
    private int _savedCount;
    private int _steps;
    private int _ruleCount;

    /// <summary>
    /// The rows of <paramref name="fde"/> in address order, the first at its start; valid until the next call.
    /// Empty when the instructions are malformed or go beyond the limits.
    /// </summary>
    public List<(ulong Address, CfiRow Row)> Run(CfiSection section, in Fde fde)
    {
        _rows.Clear();
        Array.Clear(_rules);
        _cfa = default;
        _savedCount = 0;
        _steps = 0;
        _ruleCount = 0;
        Cie cie = fde.Cie;
        ulong address = fde.First;
        if (!Execute(section, cie.InstructionsStart, cie.InstructionsEnd, cie, ref address, initial: true)) return Failed();
        _rules.CopyTo(_initial, 0);
        address = fde.First;
        if (!Execute(section, fde.InstructionsStart, fde.InstructionsEnd, cie, ref address, initial: false)) return Failed();
        return AddRow(section, address, cie) ? _rows : Failed();
    }

    /// <summary>Rules of registers in the rows of the last run.</summary>
    public int RuleCount => _ruleCount;

    private List<(ulong Address, CfiRow Row)> Failed()
    {
        _rows.Clear();
        return _rows;
    }

    private bool Execute(CfiSection section, int start, int end, Cie cie, ref ulong address, bool initial)
    {
        ByteReader reader = new(section.Bytes[..end], (ulong)start);
        while (!reader.AtEnd)
        {
            if (++_steps > limits.MaxCfiInstructions) return false;
            byte opcode = reader.U8();
            ulong low = (ulong)(opcode & 0x3F);
            switch (opcode >> 6)
            {
                case 1:
                    if (!Advance(section, low, cie, ref address, initial)) return false;
                    continue;
                case 2:
                    Set(low, CfiRuleKind.Offset, Factored(reader.Uleb(), cie));
                    continue;
                case 3:
                    Restore(low);
                    continue;
            }
            switch (opcode)
            {
                case 0x00: // nop
                    break;
                case 0x01: // set_loc
                    ulong to = cie.FdeEncoding.Read(ref reader, new PointerBases(section.Address, 0, 0));
                    if (to < address || !MoveTo(section, to, cie, ref address, initial)) return false;
                    break;
                case 0x02: // advance_loc1
                    if (!Advance(section, reader.U8(), cie, ref address, initial)) return false;
                    break;
                case 0x03: // advance_loc2
                    if (!Advance(section, reader.U16(), cie, ref address, initial)) return false;
                    break;
                case 0x04: // advance_loc4
                    if (!Advance(section, reader.U32(), cie, ref address, initial)) return false;
                    break;
                case 0x1D: // MIPS_advance_loc8
                    if (!Advance(section, reader.U64(), cie, ref address, initial)) return false;
                    break;
                case 0x05: // offset_extended
                    Set(reader.Uleb(), CfiRuleKind.Offset, Factored(reader.Uleb(), cie));
                    break;
                case 0x06: // restore_extended
                    Restore(reader.Uleb());
                    break;
                case 0x07: // undefined
                    Set(reader.Uleb(), CfiRuleKind.Undefined, 0);
                    break;
                case 0x08: // same_value
                    Set(reader.Uleb(), CfiRuleKind.SameValue, 0);
                    break;
                case 0x09: // register
                    Set(reader.Uleb(), CfiRuleKind.Register, (long)reader.Uleb());
                    break;
                case 0x0A: // remember_state
                    if (!Remember()) return false;
                    break;
                case 0x0B: // restore_state
                    if (_savedCount == 0) return false;
                    (_cfa, CfiRule[] rules) = _saved[--_savedCount];
                    rules.CopyTo(_rules, 0);
                    break;
                case 0x0C: // def_cfa
                    SetCfa(reader.Uleb(), (long)reader.Uleb());
                    break;
                case 0x0D: // def_cfa_register
                    SetCfa(reader.Uleb(), _cfa.Offset);
                    break;
                case 0x0E: // def_cfa_offset
                    SetCfaOffset((long)reader.Uleb());
                    break;
                case 0x0F: // def_cfa_expression
                    _cfa = _cfa with { Rule = ReadExpression(ref reader, CfiRuleKind.Expression) };
                    break;
                case 0x10: // expression
                    Set(reader.Uleb(), ReadExpression(ref reader, CfiRuleKind.Expression));
                    break;
                case 0x11: // offset_extended_sf
                    Set(reader.Uleb(), CfiRuleKind.Offset, reader.Sleb() * cie.DataAlignment);
                    break;
                case 0x12: // def_cfa_sf
                    SetCfa(reader.Uleb(), reader.Sleb() * cie.DataAlignment);
                    break;
                case 0x13: // def_cfa_offset_sf
                    SetCfaOffset(reader.Sleb() * cie.DataAlignment);
                    break;
                case 0x14: // val_offset
                    Set(reader.Uleb(), CfiRuleKind.ValueOffset, Factored(reader.Uleb(), cie));
                    break;
                case 0x15: // val_offset_sf
                    Set(reader.Uleb(), CfiRuleKind.ValueOffset, reader.Sleb() * cie.DataAlignment);
                    break;
                case 0x16: // val_expression
                    Set(reader.Uleb(), ReadExpression(ref reader, CfiRuleKind.ValueExpression));
                    break;
                case 0x2C or 0x2D: // AARCH64_negate_ra_state(_with_pc): signing only changes bits that hardware checks
                    break;
                case 0x2E: // GNU_args_size: matters to landing pads alone
                    reader.SkipLeb();
                    break;
                case 0x2F: // GNU_negative_offset_extended
                    Set(reader.Uleb(), CfiRuleKind.Offset, -Factored(reader.Uleb(), cie));
                    break;
                default:
                    return false;
            }
        }
        return !reader.Failed;
    }

    private static long Factored(ulong value, Cie cie) => (long)value * cie.DataAlignment;

    private static CfiRule ReadExpression(ref ByteReader reader, CfiRuleKind kind)
    {
        ulong length = reader.Uleb();
        int start = reader.Position;
        reader.Skip(length);
        return new CfiRule(kind, start, reader.Failed ? 0 : (int)length);
    }

    private void Set(ulong register, CfiRuleKind kind, long value) => Set(register, new CfiRule(kind, value));

    private void Set(ulong register, CfiRule rule)
    {
        if (register < MaxRegisters) _rules[register] = rule;
    }

    private void Restore(ulong register)
    {
        if (register < MaxRegisters) _rules[register] = _initial[register];
    }

    private void SetCfa(ulong register, long offset) =>
        _cfa = new CfaState(register < MaxRegisters ? new CfiRule(CfiRuleKind.Offset, offset, (int)register) : default, offset);

    private void SetCfaOffset(long offset) =>
        _cfa = new CfaState(_cfa.Rule.Kind == CfiRuleKind.Offset ? _cfa.Rule with { Value = offset } : _cfa.Rule, offset);

    private bool Remember()
    {
        if (_savedCount == limits.MaxCfiStates) return false;
        if (_savedCount == _saved.Count) _saved.Add((default, new CfiRule[MaxRegisters]));
        CfiRule[] rules = _saved[_savedCount].Rules;
        _rules.CopyTo(rules, 0);
        _saved[_savedCount++] = (_cfa, rules);
        return true;
    }

    private bool Advance(CfiSection section, ulong delta, Cie cie, ref ulong address, bool initial)
    {
        ulong to = address + delta * cie.CodeAlignment;
        return to >= address && MoveTo(section, to, cie, ref address, initial);
    }

    private bool MoveTo(CfiSection section, ulong to, Cie cie, ref ulong address, bool initial)
    {
        if (initial) return true;
        if (to == address) return true;
        if (!AddRow(section, address, cie)) return false;
        address = to;
        return _rows.Count < limits.MaxRowsPerFunction;
    }

    private bool AddRow(CfiSection section, ulong address, Cie cie)
    {
        int count = 0;
        foreach (ref readonly CfiRule rule in _rules.AsSpan())
        {
            if (rule.Kind != CfiRuleKind.Unspecified) count++;
        }
        if (_ruleCount + count > limits.MaxRulesPerFunction) return false;
        CfiRegisterRule[] registers = new CfiRegisterRule[count];
        int at = 0;
        for (int register = 0; at < count; register++)
        {
            if (_rules[register].Kind != CfiRuleKind.Unspecified) registers[at++] = new CfiRegisterRule(register, _rules[register]);
        }
        CfiRow row = new(_cfa.Rule, registers, cie.ReturnAddressRegister, cie.IsSignalFrame, section);
        if (_rows.Count > 0 && _rows[^1].Row.Equals(row)) return true;
        _rows.Add((address, row));
        _ruleCount += count;
        return true;
    }

    /// <summary>The CFA rule, and the last offset given, which outlives an expression: libgcrypt returns from one with def_cfa_register alone.</summary>
    private readonly record struct CfaState(CfiRule Rule, long Offset);
}
