using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hud.Target;

/// <summary>Names a file for good: two paths with the same identity are the same file.</summary>
/// <param name="ChangedNs">Time of the last change (ctime), so that a file written anew in place differs.</param>
public readonly record struct FileIdentity(ulong Device, ulong Inode, long ChangedNs, long Size)
{
    /// <summary>Follows links, those of /proc/PID/exe and map_files included. False when there is no such file.</summary>
    public static bool TryOf(string path, out FileIdentity identity) => Native.TryStat(path, out identity);
}

/// <summary>The few system calls that .NET has no name for.</summary>
internal static unsafe partial class Native
{
    private const int CurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const long Openat2 = 437;
    private const int PathOnlyFolder = 0x0029_0000; // O_PATH | O_DIRECTORY | O_CLOEXEC
    private const ulong ReadOnlyCloseOnExec = 0x0008_0000;
    private const ulong ResolveInRoot = 0x10;

    public static bool TryStat(string path, out FileIdentity identity)
    {
        identity = default;
        Statx stat;
        fixed (byte* pointer = ZeroTerminated(path))
        {
            if (statx(CurrentDirectory, pointer, 0, BasicStats, &stat) != 0)
                return false;
        }
        identity = new FileIdentity(
            ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor,
            stat.Inode,
            stat.ChangeSeconds * 1_000_000_000 + stat.ChangeNanoseconds,
            (long)stat.Size);
        return true;
    }

    /// <summary>
    /// Opens a file for reading by a path below <paramref name="root"/>, where absolute links and ".." stay below it too:
    /// a link in a container must not lead to a file of the host. Null when there is none (errno is lost on purpose: it is a search).
    /// </summary>
    public static SafeFileHandle? TryOpenBelow(string root, string path)
    {
        using var folder = OpenFolder(root);
        if (folder.IsInvalid)
            return null;
        var how = new OpenHow { Flags = ReadOnlyCloseOnExec, Resolve = ResolveInRoot };
        fixed (byte* name = ZeroTerminated(path))
        {
            var opened = syscall(Openat2, (int)folder.DangerousGetHandle(), name, &how, sizeof(OpenHow));
            return opened < 0 ? null : new SafeFileHandle((nint)opened, ownsHandle: true);
        }
    }

    private static SafeFileHandle OpenFolder(string path)
    {
        fixed (byte* name = ZeroTerminated(path))
            return new SafeFileHandle(open(name, PathOnlyFolder, 0), ownsHandle: true);
    }

    private static byte[] ZeroTerminated(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    [LibraryImport("libc")]
    private static partial int statx(int directory, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport("libc")]
    private static partial long syscall(long number, int directory, byte* path, OpenHow* how, nint size);

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    /// <summary>struct open_how of linux/openat2.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    /// <summary>struct statx of linux/stat.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long ChangeSeconds;
        [FieldOffset(104)] public uint ChangeNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
