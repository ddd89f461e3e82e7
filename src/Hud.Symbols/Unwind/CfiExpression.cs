using System.Runtime.CompilerServices;

namespace Hud.Symbols.Unwind;

/// <summary>DWARF expressions as call frame information uses them (DWARF 5 section 2.5): a stack machine over registers and copied stack.</summary>
internal static class CfiExpression
{
    private const int MaxDepth = 64;

    public enum Result
    {
        Done,
        Malformed,
        MemoryNotCopied,
        RegisterUnknown,
    }

    /// <summary><paramref name="start"/> is what the stack holds first: the CFA for register rules, nothing for the CFA itself.</summary>
    public static Result Evaluate(
        ReadOnlySpan<byte> expression,
        ulong? start,
        in UnwindRegisters registers,
        StackMemory memory,
        ulong bias,
        int maxSteps,
        out ulong value)
    {
        value = 0;
        Stack stack = default;
        int depth = 0;
        if (start is { } first) stack[depth++] = first;
        ByteReader reader = new(expression);
        int steps = 0;
        while (!reader.AtEnd)
        {
            // Room for one push is checked here, operands of each group below.
            if (++steps > maxSteps || depth >= MaxDepth - 1) return Result.Malformed;
            byte opcode = reader.U8();
            Result result = opcode switch
            {
                0x03 => Push(ref stack, ref depth, reader.U64() + bias),
                0x06 => Dereference(ref stack, depth, 8, memory),
                0x08 => Push(ref stack, ref depth, reader.U8()),
                0x09 => Push(ref stack, ref depth, (ulong)(sbyte)reader.U8()),
                0x0A => Push(ref stack, ref depth, reader.U16()),
                0x0B => Push(ref stack, ref depth, (ulong)(short)reader.U16()),
                0x0C => Push(ref stack, ref depth, reader.U32()),
                0x0D => Push(ref stack, ref depth, (ulong)(int)reader.U32()),
                0x0E or 0x0F => Push(ref stack, ref depth, reader.U64()),
                0x10 => Push(ref stack, ref depth, reader.Uleb()),
                0x11 => Push(ref stack, ref depth, (ulong)reader.Sleb()),
                >= 0x12 and <= 0x17 => Shuffle(opcode, ref stack, ref depth, ref reader),
                0x19 or 0x1F or 0x20 or 0x23 => Unary(opcode, ref stack, depth, ref reader),
                (>= 0x1A and <= 0x27) or (>= 0x29 and <= 0x2E) => Binary(opcode, ref stack, ref depth),
                0x28 => Branch(ref stack, ref depth, ref reader),
                0x2F => Skip(ref reader),
                >= 0x30 and <= 0x4F => Push(ref stack, ref depth, (ulong)(opcode - 0x30)),
                >= 0x50 and <= 0x6F => PushRegister(ref stack, ref depth, registers, opcode - 0x50, 0),
                >= 0x70 and <= 0x8F => PushRegister(ref stack, ref depth, registers, opcode - 0x70, reader.Sleb()),
                0x90 => PushRegister(ref stack, ref depth, registers, (long)reader.Uleb(), 0),
                0x92 => PushRegister(ref stack, ref depth, registers, (long)reader.Uleb(), reader.Sleb()),
                0x94 => Dereference(ref stack, depth, reader.U8(), memory),
                0x96 => Result.Done, // nop
                _ => Result.Malformed,
            };
            if (result != Result.Done) return result;
        }
        if (reader.Failed || depth == 0) return Result.Malformed;
        value = stack[depth - 1];
        return Result.Done;
    }

    private static Result Push(ref Stack stack, ref int depth, ulong value)
    {
        stack[depth++] = value;
        return Result.Done;
    }

    private static Result PushRegister(ref Stack stack, ref int depth, in UnwindRegisters registers, long register, long offset)
    {
        if (register is < 0 or >= UnwindRegisters.Count || !registers.IsKnown((int)register)) return Result.RegisterUnknown;
        return Push(ref stack, ref depth, registers[(int)register] + (ulong)offset);
    }

    private static Result Dereference(ref Stack stack, int depth, int size, StackMemory memory)
    {
        if (depth < 1 || size is < 1 or > 8) return Result.Malformed;
        return memory.TryRead(stack[depth - 1], size, out stack[depth - 1]) ? Result.Done : Result.MemoryNotCopied;
    }

    private static Result Shuffle(byte opcode, ref Stack stack, ref int depth, ref ByteReader reader)
    {
        int back = opcode switch
        {
            0x12 or 0x13 => 0, // dup, drop
            0x14 or 0x16 => 1, // over, swap
            0x15 => reader.U8(), // pick
            _ => 2, // rot
        };
        if (back >= depth) return Result.Malformed;
        ulong top = stack[depth - 1];
        switch (opcode)
        {
            case 0x13:
                depth--;
                break;
            case 0x16:
                (stack[depth - 1], stack[depth - 2]) = (stack[depth - 2], top);
                break;
            case 0x17:
                stack[depth - 1] = stack[depth - 2];
                stack[depth - 2] = stack[depth - 3];
                stack[depth - 3] = top;
                break;
            default:
                stack[depth] = stack[depth - 1 - back];
                depth++;
                break;
        }
        return Result.Done;
    }

    private static Result Unary(byte opcode, ref Stack stack, int depth, ref ByteReader reader)
    {
        if (depth < 1) return Result.Malformed;
        ulong top = stack[depth - 1];
        stack[depth - 1] = opcode switch
        {
            0x19 => (long)top < 0 ? 0 - top : top,
            0x1F => 0 - top,
            0x20 => ~top,
            _ => top + reader.Uleb(),
        };
        return Result.Done;
    }

    private static Result Binary(byte opcode, ref Stack stack, ref int depth)
    {
        if (depth < 2) return Result.Malformed;
        ulong right = stack[--depth];
        ulong left = stack[depth - 1];
        if (opcode is 0x1B or 0x1D && right == 0) return Result.Malformed;
        stack[depth - 1] = opcode switch
        {
            0x1A => left & right,
            // The smallest number divided by −1 does not fit.
            0x1B => right == ulong.MaxValue ? 0 - left : (ulong)((long)left / (long)right),
            0x1C => left - right,
            0x1D => left % right,
            0x1E => left * right,
            0x21 => left | right,
            0x22 => left + right,
            0x24 => right > 63 ? 0 : left << (int)right,
            0x25 => right > 63 ? 0 : left >> (int)right,
            0x26 => (ulong)((long)left >> (int)Math.Min(right, 63)),
            0x27 => left ^ right,
            0x29 => Truth(left == right),
            0x2A => Truth((long)left >= (long)right),
            0x2B => Truth((long)left > (long)right),
            0x2C => Truth((long)left <= (long)right),
            0x2D => Truth((long)left < (long)right),
            _ => Truth(left != right),
        };
        return Result.Done;
    }

    private static ulong Truth(bool value) => value ? 1u : 0u;

    private static Result Branch(ref Stack stack, ref int depth, ref ByteReader reader)
    {
        if (depth < 1) return Result.Malformed;
        if (stack[--depth] != 0) return Skip(ref reader);
        reader.Skip(2);
        return Result.Done;
    }

    private static Result Skip(ref ByteReader reader)
    {
        int distance = (short)reader.U16();
        reader.Position += distance;
        return reader.Failed ? Result.Malformed : Result.Done;
    }

    [InlineArray(MaxDepth)]
    private struct Stack
    {
        private ulong _first;
    }
}
