using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hud.Symbols;

/// <summary>
/// Little-endian cursor over hostile bytes. A read past the end yields zero, sets <see cref="Failed"/> and moves to the end,
/// so that loops over <see cref="AtEnd"/> stop and callers check once instead of after every field.
/// </summary>
internal ref struct ByteReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    public ByteReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>A reader that starts at <paramref name="position"/>; failed from the start when that lies outside.</summary>
    public ByteReader(ReadOnlySpan<byte> bytes, ulong position)
    {
        _bytes = bytes;
        if (position <= (ulong)bytes.Length)
        {
            _position = (int)position;
        }
        else
        {
            Fail();
        }
    }

    public bool Failed { get; private set; }

    public readonly int Length => _bytes.Length;

    public readonly int Remaining => _bytes.Length - _position;

    public readonly bool AtEnd => _position >= _bytes.Length;

    public int Position
    {
        readonly get => _position;
        set
        {
            if ((uint)value <= (uint)_bytes.Length)
            {
                _position = value;
            }
            else
            {
                Fail();
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Fail()
    {
        Failed = true;
        _position = _bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte U8()
    {
        int at = _position;
        if ((uint)at < (uint)_bytes.Length)
        {
            _position = at + 1;
            return _bytes[at];
        }

        Fail();
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort U16() => BinaryPrimitives.TryReadUInt16LittleEndian(_bytes[_position..], out ushort value) ? Advance(2, value) : Failure<ushort>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint U32() => BinaryPrimitives.TryReadUInt32LittleEndian(_bytes[_position..], out uint value) ? Advance(4, value) : Failure<uint>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong U64() => BinaryPrimitives.TryReadUInt64LittleEndian(_bytes[_position..], out ulong value) ? Advance(8, value) : Failure<ulong>();

    /// <summary>Three bytes, as DW_FORM_strx3 and DW_FORM_addrx3 have them.</summary>
    public uint U24()
    {
        uint low = U16();
        return low | (uint)U8() << 16;
    }

    /// <summary>An unsigned number of <paramref name="size"/> bytes: 1, 2, 4 or 8; anything else fails.</summary>
    public ulong Unsigned(int size)
    {
        switch (size)
        {
            case 1: return U8();
            case 2: return U16();
            case 4: return U32();
            case 8: return U64();
            default:
                Fail();
                return 0;
        }
    }

    /// <summary>Unsigned LEB128; bits beyond 64 are dropped, as binutils and LLVM drop zero ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Uleb()
    {
        int at = _position;
        if ((uint)at < (uint)_bytes.Length && _bytes[at] < 0x80)
        {
            _position = at + 1;
            return _bytes[at];
        }

        return UlebSlow();
    }

    public long Sleb()
    {
        long value = 0;
        int shift = 0;
        byte current;
        do
        {
            current = U8();
            if (shift < 64)
            {
                value |= (long)(current & 0x7f) << shift;
            }

            shift += 7;
        }
        while ((current & 0x80) != 0);
        return shift < 64 && (current & 0x40) != 0 ? value | (-1L << shift) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(ulong count)
    {
        if (count <= (ulong)(_bytes.Length - _position))
        {
            _position += (int)count;
        }
        else
        {
            Fail();
        }
    }

    public void SkipLeb()
    {
        while ((U8() & 0x80) != 0)
        {
        }
    }

    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _position))
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    /// <summary>The bytes up to the next zero, which is consumed and not returned; fails without one.</summary>
    public ReadOnlySpan<byte> CString()
    {
        ReadOnlySpan<byte> rest = _bytes[_position..];
        int end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            Fail();
            return default;
        }

        _position += end + 1;
        return rest[..end];
    }

    private ulong UlebSlow()
    {
        ulong value = 0;
        int shift = 0;
        byte current;
        do
        {
            current = U8();
            if (shift < 64)
            {
                value |= (ulong)(current & 0x7f) << shift;
            }

            shift += 7;
        }
        while ((current & 0x80) != 0);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Advance<T>(int size, T value)
    {
        _position += size;
        return value;
    }

    private T Failure<T>()
        where T : struct
    {
        Fail();
        return default;
    }
}
