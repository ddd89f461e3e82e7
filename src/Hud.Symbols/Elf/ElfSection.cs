namespace Hud.Symbols.Elf;

/// <summary>One section header with its name.</summary>
/// <param name="Offset">Position of its bytes in the file.</param>
/// <param name="Size">Bytes in the file as stored (compressed sections: compressed), or in memory for <see cref="ElfSectionType.NoBits"/>.</param>
public readonly record struct ElfSection(
    string Name,
    ElfSectionType Type,
    ElfSectionFlags Flags,
    ulong Address,
    ulong Offset,
    ulong Size,
    uint Link,
    uint Info,
    ulong Alignment,
    ulong EntrySize);

/// <summary>One program header.</summary>
public readonly record struct ElfSegment(
    ElfSegmentType Type,
    ElfSegmentFlags Flags,
    ulong FileOffset,
    ulong VirtualAddress,
    ulong FileSize,
    ulong MemorySize,
    ulong Alignment);

/// <summary>The PT_TLS segment: what each thread's block of this module is initialised from.</summary>
/// <param name="VirtualAddress">Image address of the initial bytes.</param>
/// <param name="MemorySize">Bytes of the block, zero-filled tail included.</param>
/// <param name="Alignment">Alignment of the block, at least 1.</param>
public readonly record struct ElfTls(ulong VirtualAddress, ulong MemorySize, ulong Alignment);

/// <summary>.gnu_debuglink: where the separate debug file is and the CRC-32 of its bytes.</summary>
public readonly record struct ElfDebugLink(string FileName, uint Crc);

/// <summary>The supplementary file that dwz moved shared debug information to.</summary>
/// <param name="BuildId">Lower-case hex of the build id, or of the checksum in .debug_sup.</param>
public readonly record struct ElfDebugAltLink(string FileName, string BuildId);

/// <summary>A word that the loader fills with the load bias plus <paramref name="Target"/>.</summary>
/// <param name="Address">Image address of the word.</param>
/// <param name="Target">Image address that the word points to.</param>
public readonly record struct ElfRelativeRelocation(ulong Address, ulong Target);
