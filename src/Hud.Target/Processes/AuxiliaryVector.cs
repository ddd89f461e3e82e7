using System.Buffers.Binary;

namespace Hud.Target;

/// <summary>/proc/PID/auxv: pairs of words (type, value) that the kernel gave the program at exec; see getauxval(3).</summary>
internal static class AuxiliaryVector
{
    public const ulong Entry = 9;
    public const ulong Vdso = 33;

    public static ulong? Find(ReadOnlySpan<byte> vector, ulong type)
    {
        for (; vector.Length >= 16; vector = vector[16..])
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(vector) == type)
                return BinaryPrimitives.ReadUInt64LittleEndian(vector[8..]);
        }
        return null;
    }
}
