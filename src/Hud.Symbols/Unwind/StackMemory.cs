using System.Buffers.Binary;

namespace Hud.Symbols.Unwind;

/// <summary>The copied part of a stack: the only memory of the process that is read.</summary>
internal readonly ref struct StackMemory(ulong address, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public bool Contains(ulong at) => at - address < (ulong)_bytes.Length;

    public bool TryRead(ulong at, out ulong value)
    {
        ulong offset = at - address;
        if (offset < (ulong)_bytes.Length && _bytes.Length - (int)offset >= sizeof(ulong))
        {
            value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(int)offset..]);
            return true;
        }
        value = 0;
        return false;
    }

    /// <summary>Reads <paramref name="size"/> bytes, 1 to 8, zero-extended.</summary>
    public bool TryRead(ulong at, int size, out ulong value)
    {
        ulong offset = at - address;
        value = 0;
        if (offset >= (ulong)_bytes.Length || _bytes.Length - (int)offset < size) return false;
        for (int i = size - 1; i >= 0; i--) value = value << 8 | _bytes[(int)offset + i];
        return true;
    }
}
