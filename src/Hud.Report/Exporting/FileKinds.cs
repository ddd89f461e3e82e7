using System.Runtime.InteropServices;

namespace Hud.Reporting;

internal enum FileKind
{
    Missing,
    Regular,
    Directory,

    /// <summary>A FIFO, a terminal, another device or a socket: written to, never replaced.</summary>
    Special,
}

/// <summary>What a path leads to, symbolic links followed. Opening it to find out would hang on a FIFO without a reader.</summary>
internal static partial class FileKinds
{
    private const int AtFdCwd = -100;
    private const uint StatxType = 1;
    private const int SizeOfStatx = 256, OffsetOfMode = 28;
    private const int TypeMask = 0xf000, TypeDirectory = 0x4000, TypeRegular = 0x8000;

    public static FileKind Of(string path)
    {
        var buffer = new byte[SizeOfStatx];
        if (Statx(AtFdCwd, path, 0, StatxType, buffer) != 0)
            return FileKind.Missing;
        return (BitConverter.ToUInt16(buffer, OffsetOfMode) & TypeMask) switch
        {
            TypeDirectory => FileKind.Directory,
            TypeRegular => FileKind.Regular,
            _ => FileKind.Special,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] buffer);
}
