namespace Hud.Symbols.Dwarf;

/// <summary>A string of a line-table header: where it lies depends on its form.</summary>
internal readonly record struct LineFile(AttributeValue Name, uint Directory);

/// <summary>Header of a line-number program, versions 2 to 5 (DWARF 5 §6.2.4).</summary>
internal sealed class LineHeader
{
    private LineHeader(ushort version, SpecialOpcodes special, byte[] operandCounts, List<AttributeValue> directories, List<LineFile> files, int start, int end)
    {
        Version = version;
        Special = special;
        OperandCounts = operandCounts;
        Directories = directories;
        Files = files;
        ProgramStart = start;
        ProgramEnd = end;
    }

    public ushort Version { get; }

    public SpecialOpcodes Special { get; }

    /// <summary>Number of LEB128 operands of standard opcode i + 1.</summary>
    public byte[] OperandCounts { get; }

    public List<AttributeValue> Directories { get; }

    /// <summary>Numbered from 1 up to version 4, from 0 in version 5; DW_LNE_define_file appends.</summary>
    public List<LineFile> Files { get; }

    public int ProgramStart { get; }

    public int ProgramEnd { get; }

    public static LineHeader? TryRead(ReadOnlySpan<byte> section, ulong offset, byte addressSize, SymbolLimits limits)
    {
        var reader = new ByteReader(section, offset);
        if (!UnitHeader.TryReadLength(ref reader, out byte offsetSize, out ulong length))
        {
            return null;
        }

        int end = reader.Position + (int)length;
        ushort version = reader.U16();
        if (version is < 2 or > 5)
        {
            return null;
        }

        if (version == 5)
        {
            addressSize = reader.U8();
            reader.Skip(1);
        }

        ulong headerLength = reader.Unsigned(offsetSize);
        int afterLength = reader.Position;
        byte minimumLength = reader.U8();
        if (version >= 4)
        {
            reader.Skip(1);
        }

        reader.Skip(1);
        var lineBase = (sbyte)reader.U8();
        byte lineRange = reader.U8();
        byte opcodeBase = reader.U8();
        byte[] operandCounts = reader.Take(opcodeBase == 0 ? 0u : opcodeBase - 1u).ToArray();
        if (reader.Failed || headerLength > (ulong)Math.Max(0, end - afterLength))
        {
            return null;
        }

        // As many as a unit of a large program has: growing step by step would copy and clear twice that.
        var directories = new List<AttributeValue>(32);
        var files = new List<LineFile>(64);
        var encoding = new UnitEncoding(offsetSize, addressSize, version);
        if (version == 5)
        {
            ReadEntries(ref reader, encoding, limits, (name, _) => directories.Add(name));
            ReadEntries(ref reader, encoding, limits, (name, directory) => files.Add(new LineFile(name, directory)));
        }
        else
        {
            ReadOldEntries(ref reader, limits, directories, files);
        }

        return new LineHeader(
            version, SpecialOpcodes.For(minimumLength, lineBase, lineRange, opcodeBase), operandCounts, directories, files,
            afterLength + (int)headerLength, end);
    }

    public static LineFile ReadOldFile(ref ByteReader reader)
    {
        AttributeValue name = OldString(ref reader);
        ulong directory = reader.Uleb();
        reader.SkipLeb();
        reader.SkipLeb();
        return new LineFile(name, (uint)Math.Min(directory, uint.MaxValue));
    }

    private static AttributeValue OldString(ref ByteReader reader)
    {
        int start = reader.Position;
        int length = reader.CString().Length;
        return new AttributeValue(AttributeKind.InlineString, (ulong)start, length);
    }

    private static void ReadOldEntries(ref ByteReader reader, SymbolLimits limits, List<AttributeValue> directories, List<LineFile> files)
    {
        while (!reader.AtEnd && directories.Count < limits.MaxFilesPerUnit)
        {
            AttributeValue directory = OldString(ref reader);
            if (directory.Length == 0)
            {
                break;
            }

            directories.Add(directory);
        }

        while (!reader.AtEnd && files.Count < limits.MaxFilesPerUnit)
        {
            int start = reader.Position;
            if (reader.U8() == 0)
            {
                break;
            }

            reader.Position = start;
            files.Add(ReadOldFile(ref reader));
        }
    }

    private static void ReadEntries(ref ByteReader reader, UnitEncoding encoding, SymbolLimits limits, Action<AttributeValue, uint> add)
    {
        Span<(ulong Content, DwForm Form)> formats = stackalloc (ulong, DwForm)[byte.MaxValue];
        formats = formats[..reader.U8()];
        foreach (ref (ulong Content, DwForm Form) format in formats)
        {
            format = (reader.Uleb(), (DwForm)Math.Min(reader.Uleb(), ushort.MaxValue));
        }

        ulong count = reader.Uleb();
        for (ulong i = 0; i < count && i < (ulong)limits.MaxFilesPerUnit && !reader.Failed; i++)
        {
            AttributeValue name = default;
            uint directory = 0;
            foreach ((ulong content, DwForm form) in formats)
            {
                AttributeValue value = FormReader.Read(ref reader, form, 0, encoding, 0);
                switch (content)
                {
                    case 1: name = value; break;
                    case 2: directory = (uint)Math.Min(value.Value, uint.MaxValue); break;
                }
            }

            add(name, directory);
        }
    }
}
