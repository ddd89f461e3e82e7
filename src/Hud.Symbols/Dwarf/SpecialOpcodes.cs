using System.Collections.Concurrent;

namespace Hud.Symbols.Dwarf;

/// <summary>
/// What each special opcode adds to address and line (DWARF 5 §6.2.5.1), tabulated: most rows of a program are special opcodes and a division
/// for each would dominate. One compiler uses one set of parameters, so tables are shared.
/// </summary>
internal sealed class SpecialOpcodes
{
    private static readonly ConcurrentDictionary<(byte, sbyte, byte, byte), SpecialOpcodes> Known = new();

    private SpecialOpcodes(byte minimumLength, sbyte lineBase, byte lineRange, byte opcodeBase)
    {
        MinimumLength = minimumLength;
        OpcodeBase = opcodeBase;
        for (int opcode = opcodeBase; opcode <= byte.MaxValue; opcode++)
        {
            int adjusted = opcode - opcodeBase;
            // A zero line_range is invalid; LLVM and binutils then leave the address alone.
            Address[opcode] = (ushort)(lineRange == 0 ? 0 : adjusted / lineRange * minimumLength);
            Line[opcode] = (short)(lineBase + (lineRange == 0 ? 0 : adjusted % lineRange));
        }
    }

    public byte MinimumLength { get; }

    public byte OpcodeBase { get; }

    public ushort[] Address { get; } = new ushort[256];

    public short[] Line { get; } = new short[256];

    public static SpecialOpcodes For(byte minimumLength, sbyte lineBase, byte lineRange, byte opcodeBase)
    {
        const int MaxShared = 256;
        (byte, sbyte, byte, byte) key = (minimumLength, lineBase, lineRange, opcodeBase);
        if (Known.TryGetValue(key, out SpecialOpcodes? known))
        {
            return known;
        }

        var created = new SpecialOpcodes(minimumLength, lineBase, lineRange, opcodeBase);
        if (Known.Count < MaxShared)
        {
            Known.TryAdd(key, created);
        }

        return created;
    }
}
