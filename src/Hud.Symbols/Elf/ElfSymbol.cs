using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Hud.Symbols.Elf;

/// <summary>One entry of .symtab or .dynsym.</summary>
/// <param name="Name">UTF-8 bytes inside the file, without the terminator.</param>
/// <param name="Value">Image address (an offset into the TLS block for <see cref="ElfSymbolType.Tls"/>).</param>
/// <param name="SectionIndex">0 for an undefined symbol, 0xfff1 for an absolute one; extended indexes are resolved.</param>
public readonly record struct ElfSymbol(
    ReadOnlyMemory<byte> Name,
    ulong Value,
    ulong Size,
    ElfSymbolType Type,
    ElfSymbolBinding Binding,
    uint SectionIndex)
{
    public bool IsDefined => SectionIndex != 0;

    public bool IsFunction => Type is ElfSymbolType.Function or ElfSymbolType.IndirectFunction;

    /// <summary>The name as text; allocates.</summary>
    public string NameText => Encoding.UTF8.GetString(Name.Span);
}

/// <summary>
/// A symbol table read in place. <c>foreach</c> over it allocates nothing; entries out of the file's bounds read as nameless.
/// </summary>
public sealed class ElfSymbolTable
{
    internal const int EntrySize = 24;
    private readonly ReadOnlyMemory<byte> _entries;
    private readonly ReadOnlyMemory<byte> _names;
    private readonly ReadOnlyMemory<byte> _extendedIndexes;
    private readonly int _maxNameBytes;

    internal ElfSymbolTable(
        ReadOnlyMemory<byte> entries,
        ReadOnlyMemory<byte> names,
        ReadOnlyMemory<byte> extendedIndexes,
        SymbolLimits limits)
    {
        Count = Math.Min(entries.Length / EntrySize, limits.MaxSymbols);
        _entries = entries;
        _names = names;
        _extendedIndexes = extendedIndexes;
        _maxNameBytes = limits.MaxNameBytes;
    }

    internal static ElfSymbolTable Empty { get; } = new(default, default, default, SymbolLimits.Default);

    public int Count { get; }

    public ElfSymbol this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            RawSymbol raw = Raw[index];
            return new ElfSymbol(
                NameAt(raw.NameOffset),
                raw.Value,
                raw.Size,
                (ElfSymbolType)(raw.Info & 0xf),
                (ElfSymbolBinding)(raw.Info >> 4),
                SectionIndex(index, raw.SectionIndex));
        }
    }

    /// <summary>The entries as they lie in the file, for scans over hundreds of thousands of them.</summary>
    internal ReadOnlySpan<RawSymbol> Raw => MemoryMarshal.Cast<byte, RawSymbol>(_entries.Span)[..Count];

    public Enumerator GetEnumerator() => new(this);

    internal ReadOnlyMemory<byte> NameAt(uint offset)
    {
        if (offset >= (uint)_names.Length)
        {
            return default;
        }

        ReadOnlyMemory<byte> rest = _names[(int)offset..];
        int length = rest.Span[..Math.Min(rest.Length, _maxNameBytes)].IndexOf((byte)0);
        return length < 0 ? default : rest[..length];
    }

    private uint SectionIndex(int index, ushort stored)
    {
        const ushort Extended = 0xffff;
        return stored == Extended && _extendedIndexes.Length / 4 > index
            ? BinaryPrimitives.ReadUInt32LittleEndian(_extendedIndexes.Span[(index * 4)..])
            : stored;
    }

    /// <summary>Elf64_Sym.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal readonly struct RawSymbol
    {
        public readonly uint NameOffset;
        public readonly byte Info;
        public readonly byte Other;
        public readonly ushort SectionIndex;
        public readonly ulong Value;
        public readonly ulong Size;

        public ElfSymbolType Type => (ElfSymbolType)(Info & 0xf);

        public ElfSymbolBinding Binding => (ElfSymbolBinding)(Info >> 4);
    }

    /// <summary>Walks the table without allocation.</summary>
    public struct Enumerator(ElfSymbolTable table)
    {
        private int _index = -1;

        public readonly ElfSymbol Current => table[_index];

        public bool MoveNext() => ++_index < table.Count;
    }
}
