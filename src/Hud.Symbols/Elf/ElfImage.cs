namespace Hud.Symbols.Elf;

/// <summary>
/// A 64-bit little-endian ELF file (x86-64 or aarch64): headers, sections, symbols, identity. Reads the bytes in place and keeps them alive;
/// whoever mapped them unmaps them after the last use of the image. Safe for several threads.
/// </summary>
public sealed class ElfImage
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly ElfHeaders _headers;
    private readonly SymbolLimits _limits;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, byte[]?> _decompressed = [];
    private long _decompressedBytes;

    private ElfImage(ReadOnlyMemory<byte> file, ElfHeaders headers, SymbolLimits limits)
    {
        _file = file;
        _headers = headers;
        _limits = limits;
        BuildId = FindBuildId();
        Symbols = ReadSymbols(ElfSectionType.SymbolTable);
        DynamicSymbols = ReadSymbols(ElfSectionType.DynamicSymbols);
        TlsSegment = FindTls();
    }

    public ElfMachine Machine => _headers.Machine;

    public ElfType Type => _headers.Type;

    /// <summary>True for PIE and shared objects: their image addresses are offsets from the load bias.</summary>
    public bool IsPositionIndependent => Type == ElfType.Dynamic;

    public ulong EntryPoint => _headers.EntryPoint;

    public IReadOnlyList<ElfSection> Sections => _headers.Sections;

    public IReadOnlyList<ElfSegment> Segments => _headers.Segments;

    /// <summary>Lower-case hex of the NT_GNU_BUILD_ID note, or null.</summary>
    public string? BuildId { get; }

    public ElfDebugLink? DebugLink =>
        TryGetSection(".gnu_debuglink", out ReadOnlyMemory<byte> bytes, out _) ? ElfNotes.ReadDebugLink(bytes.Span) : null;

    /// <summary>From .gnu_debugaltlink, or DWARF 5's .debug_sup.</summary>
    public ElfDebugAltLink? DebugAltLink =>
        TryGetSection(".gnu_debugaltlink", out ReadOnlyMemory<byte> bytes, out _) ? ElfNotes.ReadDebugAltLink(bytes.Span)
        : TryGetSection(".debug_sup", out bytes, out _) ? ElfNotes.ReadDebugSup(bytes.Span)
        : null;

    public ElfTls? TlsSegment { get; }

    /// <summary>.symtab; empty in a stripped file.</summary>
    public ElfSymbolTable Symbols { get; }

    /// <summary>.dynsym; empty in a static file.</summary>
    public ElfSymbolTable DynamicSymbols { get; }

    /// <summary>The whole file as given.</summary>
    public ReadOnlyMemory<byte> File => _file;

    /// <summary>True when there is DWARF to name functions and lines from.</summary>
    public bool HasDebugInfo => FindSection(".debug_info") >= 0 || FindSection(".zdebug_info") >= 0;

    /// <summary>Reads the headers. Null for anything but a supported ELF file, with the reason as a sentence fragment in <paramref name="problem"/>.</summary>
    public static ElfImage? TryRead(ReadOnlyMemory<byte> file, SymbolLimits limits, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ElfHeaders? headers = ElfHeaders.TryRead(file.Span, limits, out problem);
        return headers is null ? null : new ElfImage(file, headers, limits);
    }

    /// <summary>
    /// The bytes of the first section called <paramref name="name"/>, unpacked if compressed (kept for the next call). False when it is absent,
    /// has no bytes in the file, lies outside it, or is compressed beyond the limits or in an unknown way.
    /// </summary>
    public bool TryGetSection(string name, out ReadOnlyMemory<byte> bytes, out ulong address)
    {
        ArgumentNullException.ThrowIfNull(name);
        bytes = default;
        address = 0;
        int index = FindSection(name);
        bool old = false;
        if (index < 0 && name.StartsWith(".debug_", StringComparison.Ordinal))
        {
            index = FindSection(string.Concat(".z", name.AsSpan(1)));
            old = true;
        }

        if (index < 0)
        {
            return false;
        }

        address = _headers.Sections[index].Address;
        return TryGetSection(index, old, out bytes);
    }

    /// <summary>
    /// The bytes of every section called <paramref name="name"/>: an unlinked file, such as a .dwo, has one of each type unit. Those that
    /// <see cref="TryGetSection(string, out ReadOnlyMemory{byte}, out ulong)"/> would refuse are left out.
    /// </summary>
    internal IEnumerable<ReadOnlyMemory<byte>> SectionsNamed(string name)
    {
        for (int i = 0; i < _headers.Sections.Length; i++)
        {
            if (_headers.Sections[i].Name == name && TryGetSection(i, old: false, out ReadOnlyMemory<byte> bytes))
            {
                yield return bytes;
            }
        }
    }

    /// <summary>
    /// The program's constants, strings among them: sections .rodata and, as mold splits it, .rodata.str and the like; where none has such a
    /// name, the segments that are not written to.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Constants()
    {
        bool isNamed = false;
        for (int i = 0; i < _headers.Sections.Length; i++)
        {
            if (IsReadOnlyData(_headers.Sections[i].Name) && TryGetSection(i, old: false, out ReadOnlyMemory<byte> bytes))
            {
                isNamed = true;
                yield return bytes;
            }
        }

        if (isNamed)
        {
            yield break;
        }

        foreach (ElfSegment segment in _headers.Segments)
        {
            if (segment.Type == ElfSegmentType.Load && !segment.Flags.HasFlag(ElfSegmentFlags.Write) &&
                TryReadMemory(segment.VirtualAddress, (int)Math.Min(segment.FileSize, int.MaxValue), out ReadOnlyMemory<byte> bytes))
            {
                yield return bytes;
            }
        }
    }

    private static bool IsReadOnlyData(string section) =>
        section == ".rodata" || section.StartsWith(".rodata.", StringComparison.Ordinal);

    /// <param name="old">Compressed in the way of a .zdebug_ section.</param>
    private bool TryGetSection(int index, bool old, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        ElfSection section = _headers.Sections[index];
        if (section.Type == ElfSectionType.NoBits || !TryGetFileBytes(section.Offset, section.Size, out ReadOnlyMemory<byte> stored))
        {
            return false;
        }

        if (!old && !section.Flags.HasFlag(ElfSectionFlags.Compressed))
        {
            bytes = stored;
            return true;
        }

        byte[]? unpacked = Decompressed(index, stored, old);
        bytes = unpacked;
        return unpacked is not null;
    }

    /// <summary>Where in the file the byte at <paramref name="imageAddress"/> lies; false outside the file-backed part of the loadable segments.</summary>
    public bool TryGetFileOffset(ulong imageAddress, out ulong fileOffset)
    {
        foreach (ElfSegment segment in _headers.Segments)
        {
            if (segment.Type == ElfSegmentType.Load && imageAddress - segment.VirtualAddress < segment.FileSize)
            {
                fileOffset = imageAddress - segment.VirtualAddress + segment.FileOffset;
                return true;
            }
        }

        fileOffset = 0;
        return false;
    }

    /// <summary>The image address of the byte at <paramref name="fileOffset"/>. Where segments overlap in the file, an executable one wins.</summary>
    public bool TryGetImageAddress(ulong fileOffset, out ulong imageAddress)
    {
        bool found = false;
        imageAddress = 0;
        foreach (ElfSegment segment in _headers.Segments)
        {
            if (segment.Type == ElfSegmentType.Load && fileOffset - segment.FileOffset < segment.FileSize)
            {
                bool executable = segment.Flags.HasFlag(ElfSegmentFlags.Execute);
                if (!found || executable)
                {
                    imageAddress = fileOffset - segment.FileOffset + segment.VirtualAddress;
                    found = true;
                }

                if (executable)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>The file's bytes for image memory at <paramref name="imageAddress"/>: initial values, before relocation.</summary>
    public bool TryReadMemory(ulong imageAddress, int length, out ReadOnlyMemory<byte> bytes)
    {
        foreach (ElfSegment segment in _headers.Segments)
        {
            ulong into = imageAddress - segment.VirtualAddress;
            if (segment.Type == ElfSegmentType.Load && into < segment.FileSize && length >= 0 && (ulong)length <= segment.FileSize - into)
            {
                return TryGetFileBytes(segment.FileOffset + into, (ulong)length, out bytes);
            }
        }

        bytes = default;
        return false;
    }

    /// <summary>True when an executable loadable segment holds <paramref name="imageAddress"/>.</summary>
    public bool IsExecutable(ulong imageAddress)
    {
        foreach (ElfSegment segment in _headers.Segments)
        {
            if (segment.Type == ElfSegmentType.Load && segment.Flags.HasFlag(ElfSegmentFlags.Execute) &&
                imageAddress - segment.VirtualAddress < segment.MemorySize)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// R_*_RELATIVE entries of .rela.dyn and all of .relr.dyn, lazily, in table order. The target of a RELR entry is the word in the file.
    /// Empty for files that are not position-independent.
    /// </summary>
    public IEnumerable<ElfRelativeRelocation> RelativeRelocations() => ElfRelativeRelocations.Read(this, _limits);

    internal bool TryGetFileBytes(ulong offset, ulong size, out ReadOnlyMemory<byte> bytes)
    {
        if (offset <= (ulong)_file.Length && size <= (ulong)_file.Length - offset)
        {
            bytes = _file.Slice((int)offset, (int)size);
            return true;
        }

        bytes = default;
        return false;
    }

    private int FindSection(string name) => Array.FindIndex(_headers.Sections, section => section.Name == name);

    private byte[]? Decompressed(int index, ReadOnlyMemory<byte> stored, bool old)
    {
        lock (_lock)
        {
            if (!_decompressed.TryGetValue(index, out byte[]? unpacked))
            {
                long left = Math.Min(_limits.MaxDecompressedSectionBytes, _limits.MaxDecompressedFileBytes - _decompressedBytes);
                unpacked = old ? ElfCompression.DecompressOld(stored.Span, left) : ElfCompression.Decompress(stored.Span, left);
                _decompressedBytes += unpacked?.Length ?? 0;
                _decompressed.Add(index, unpacked);
            }

            return unpacked;
        }
    }

    private ElfSymbolTable ReadSymbols(ElfSectionType type)
    {
        int index = Array.FindIndex(_headers.Sections, section => section.Type == type);
        if (index < 0)
        {
            return ElfSymbolTable.Empty;
        }

        ElfSection table = _headers.Sections[index];
        if (!TryGetFileBytes(table.Offset, table.Size, out ReadOnlyMemory<byte> entries))
        {
            return ElfSymbolTable.Empty;
        }

        ReadOnlyMemory<byte> names = default;
        if (table.Link < (uint)_headers.Sections.Length)
        {
            ElfSection strings = _headers.Sections[table.Link];
            TryGetFileBytes(strings.Offset, strings.Size, out names);
        }

        ReadOnlyMemory<byte> extended = default;
        foreach (ElfSection section in _headers.Sections)
        {
            if (section.Type == ElfSectionType.SymbolTableIndexes && section.Link == index)
            {
                TryGetFileBytes(section.Offset, section.Size, out extended);
            }
        }

        return new ElfSymbolTable(entries, names, extended, _limits);
    }

    private string? FindBuildId()
    {
        long left = _limits.MaxNoteBytes;
        foreach (ElfSegment segment in _headers.Segments)
        {
            if (segment.Type == ElfSegmentType.Note && FindBuildId(segment.FileOffset, segment.FileSize, segment.Alignment, ref left) is { } id)
            {
                return id;
            }
        }

        // Separate debug files keep the note section but their segments point at bytes that are not there.
        foreach (ElfSection section in _headers.Sections)
        {
            if (section.Type == ElfSectionType.Note && FindBuildId(section.Offset, section.Size, section.Alignment, ref left) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    /// <param name="left">Bytes of notes that may still be read.</param>
    private string? FindBuildId(ulong offset, ulong size, ulong alignment, ref long left)
    {
        if (!TryGetFileBytes(offset, size, out ReadOnlyMemory<byte> notes) || notes.Length > left)
        {
            return null;
        }

        left -= notes.Length;
        return ElfNotes.FindBuildId(notes.Span, alignment);
    }

    private ElfTls? FindTls()
    {
        foreach (ElfSegment segment in _headers.Segments)
        {
            if (segment.Type == ElfSegmentType.Tls)
            {
                return new ElfTls(segment.VirtualAddress, segment.MemorySize, Math.Max(1, segment.Alignment));
            }
        }

        return null;
    }
}
