using System.Buffers.Binary;
using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>Turns offsets into a module's TLS block into places in a thread; see "ELF Handling For Thread-Local Storage" (Drepper).</summary>
internal static class ThreadLocals
{
    private const uint DtpMod64 = 16;
    private const uint TpOff64 = 18;
    private const uint TlsDesc = 36;
    private static readonly string[] RelocationSections = [".rela.dyn", ".rela.plt"];
    private const int RelaSize = 24;
    private const int GlibcVectorEntry = 16;
    private const int MuslVectorEntry = 8;

    /// <summary>The TLS block of a module; null when it has none or there is no fixed way to it.</summary>
    public static TlsBlock? Locate(LoadedModule module, TargetProcess process)
    {
        if (module.Image.TlsSegment is not { } tls)
            return null;
        if (module.IsMain)
            return new TlsBlock(ExecutableBlock(module.Image)!.Value, tls.MemorySize, null);
        using var memory = ProcessMemory.TryOpen(process.Pid);
        var isMusl = (ProcFs.TryReadText($"/proc/{process.Pid}/maps") ?? "").Contains("/ld-musl-", StringComparison.Ordinal);
        return memory is not null ? LibraryBlock(module, tls.MemorySize, memory, isMusl) : null;
    }

    /// <summary>
    /// What to add to the thread pointer to reach the TLS block of the executable: below it on x86-64 (variant II), above it
    /// on aarch64 (variant I). Null without a TLS segment.
    /// </summary>
    internal static long? ExecutableBlock(ElfImage image)
    {
        if (image.TlsSegment is not { } tls)
            return null;
        var mask = tls.Alignment - 1;
        if (image.Machine == ElfMachine.AArch64)
            return (long)((16 + mask) & ~mask);

        // The block ends at the thread pointer and starts with the alignment that the file's address asks for.
        var size = tls.MemorySize + (unchecked(0 - tls.VirtualAddress - tls.MemorySize) & mask);
        return -(long)size;
    }

    /// <summary>
    /// How to reach the TLS block of a shared library in any thread, from what the dynamic loader wrote where the library's
    /// relocations said: its module number (DTPMOD64, or a TLSDESC's argument), or, where the block is at a fixed distance
    /// from the thread pointer, where a variable is (TPOFF64, or a TLSDESC's argument). Null when it has none of these.
    /// </summary>
    private static TlsBlock? LibraryBlock(LoadedModule module, ulong size, ProcessMemory memory, bool isMusl)
    {
        foreach (var section in RelocationSections)
        {
            if (!module.Image.TryGetSection(section, out var table, out _))
                continue;
            for (var at = 0; at + RelaSize <= table.Length; at += RelaSize)
            {
                if (Read(module, table.Span.Slice(at, RelaSize), memory) is { } place)
                    return place.Number == 0
                        ? new TlsBlock(place.Offset, size, null)
                        : new TlsBlock(0, size, new DynamicTls(8, isMusl ? MuslVectorEntry : GlibcVectorEntry, place.Number));
            }
        }
        return null;
    }

    /// <summary>The library's module number, or 0 and its block's distance from the thread pointer.</summary>
    private static (ulong Number, long Offset)? Read(LoadedModule module, ReadOnlySpan<byte> relocation, ProcessMemory memory)
    {
        var info = BinaryPrimitives.ReadUInt64LittleEndian(relocation[8..]);
        var (type, symbol) = ((uint)info, (int)(info >> 32));
        if (type is not (DtpMod64 or TpOff64 or TlsDesc) || (symbol != 0 && !IsDefinedHere(module.Image.DynamicSymbols, symbol)))
            return null;
        var variable = BinaryPrimitives.ReadInt64LittleEndian(relocation[16..]) + (symbol == 0 ? 0 : (long)module.Image.DynamicSymbols[symbol].Value);
        var slot = module.ToRuntimeAddress(BinaryPrimitives.ReadUInt64LittleEndian(relocation)) + (type == TlsDesc ? 8u : 0);
        if (!memory.TryReadWord(slot, out var word))
            return null;
        if (type == DtpMod64)
            return IsNumber(word) ? (word, 0) : null;
        if ((long)word is < 0 and > int.MinValue)
            return (0, (long)word - variable);
        // struct tlsdesc_dynamic_arg of glibc, and what musl has in its place, begin with the module's number and the variable's offset.
        return type == TlsDesc && memory.TryReadWord(word, out var number) && IsNumber(number) && memory.TryReadWord(word + 8, out var offset) && (long)offset == variable
            ? (number, 0)
            : null;
    }

    private static bool IsNumber(ulong word) => word is > 0 and < int.MaxValue;

    private static bool IsDefinedHere(ElfSymbolTable symbols, int index) => index < symbols.Count && symbols[index].IsDefined;
}
