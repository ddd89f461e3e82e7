using Hud.Symbols.Elf;

namespace Hud.Symbols.Unwind;

/// <summary>What the bytes around a code address say about it.</summary>
internal static class CallSite
{
    /// <summary>The kernel's signal frame is left by <c>mov $15, %eax; syscall</c> (rt_sigreturn), with or without the 64-bit move.</summary>
    public static bool IsSignalReturn(ElfImage image, ulong imageAddress)
    {
        ReadOnlySpan<byte> wide = [0x48, 0xC7, 0xC0, 0x0F, 0, 0, 0, 0x0F, 0x05];
        ReadOnlySpan<byte> narrow = [0xB8, 0x0F, 0, 0, 0, 0x0F, 0x05];
        return image.TryReadMemory(imageAddress, wide.Length, out ReadOnlyMemory<byte> code)
            && (code.Span.SequenceEqual(wide) || code.Span.StartsWith(narrow));
    }

    /// <summary>True when a call instruction ends right before <paramref name="imageAddress"/>: what a return address looks like.</summary>
    public static bool IsBehindCall(ElfImage image, ulong imageAddress)
    {
        const int Longest = 7;
        if (!image.IsExecutable(imageAddress - 1)) return false;
        if (!image.TryReadMemory(imageAddress - Longest, Longest, out ReadOnlyMemory<byte> memory)) return false;
        ReadOnlySpan<byte> code = memory.Span;
        if (code[2] == 0xE8) return true;
        // call through a register or memory: FF /2, with 0, 1 or 4 bytes of displacement and maybe an index byte.
        for (int start = 0; start <= Longest - 2; start++)
        {
            if (code[start] != 0xFF || (code[start + 1] >> 3 & 7) != 2) continue;
            int mode = code[start + 1] >> 6;
            int operand = code[start + 1] & 7;
            int length = 2 + (mode != 3 && operand == 4 ? 1 : 0);
            if (mode == 1) length += 1;
            else if (mode == 2 || mode == 0 && operand == 5) length += 4;
            else if (mode == 0 && operand == 4 && (code[Math.Min(start + 2, Longest - 1)] & 7) == 5) length += 4;
            if (start + length == Longest) return true;
        }
        return false;
    }
}
