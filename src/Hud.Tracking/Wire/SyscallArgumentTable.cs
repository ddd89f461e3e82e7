using Hud.Target;

namespace Hud.Tracking.Wire;

/// <summary>Tells the BPF programs which system calls take a descriptor, a path or a futex word, and which wait for events.</summary>
internal static class SyscallArgumentTable
{
    private enum Kind : byte
    {
        Descriptor = 1,
        Path = 2,
        DirectoryAndPath = 3,
        Futex = 4,
        Events = 5,
        Poll = 6,
    }

    private static readonly string[] Descriptors =
    [
        "read", "write", "close", "fstat", "lseek", "ioctl", "pread64", "pwrite64", "readv", "writev", "sendfile", "connect", "accept",
        "accept4", "sendto", "recvfrom", "sendmsg", "recvmsg", "recvmmsg", "sendmmsg", "shutdown", "fcntl", "flock", "fsync",
        "fdatasync", "ftruncate", "getdents", "getdents64", "fchdir", "fchmod", "fchown", "readahead", "fadvise64", "sync_file_range",
        "fallocate", "preadv", "pwritev", "preadv2", "pwritev2", "splice", "tee", "copy_file_range", "syncfs", "fstatfs", "fsetxattr",
        "fgetxattr", "flistxattr",
    ];

    private static readonly string[] Paths =
    [
        "open", "stat", "lstat", "access", "execve", "truncate", "chdir", "rename", "mkdir", "rmdir", "creat", "link", "unlink",
        "symlink", "readlink", "chmod", "chown", "lchown", "statfs", "utimes", "setxattr", "getxattr", "listxattr",
    ];

    private static readonly string[] DirectoriesAndPaths =
    [
        "openat", "mkdirat", "mknodat", "fchownat", "newfstatat", "unlinkat", "renameat", "renameat2", "linkat", "readlinkat",
        "fchmodat", "faccessat", "faccessat2", "utimensat", "openat2", "statx", "execveat",
    ];

    private static readonly string[] Futexes = ["futex", "futex_wait", "futex_wake", "futex_waitv", "futex_requeue"];

    private static readonly string[] EventWaits = ["epoll_wait", "epoll_pwait", "epoll_pwait2", "io_uring_enter"];

    public static void Fill(Span<byte> table)
    {
        Set(table, Descriptors, Kind.Descriptor);
        Set(table, Paths, Kind.Path);
        Set(table, DirectoriesAndPaths, Kind.DirectoryAndPath);
        Set(table, Futexes, Kind.Futex);
        Set(table, EventWaits, Kind.Events);
        Set(table, ["poll", "ppoll"], Kind.Poll);
    }

    public static bool IsFutex(int syscall) => IsOneOf(Futexes, syscall);

    public static bool IsEventWait(int syscall) => IsOneOf(EventWaits, syscall);

    private static bool IsOneOf(string[] names, int syscall) => syscall >= 0 && Array.Exists(names, name => SyscallNames.Number(name) == syscall);

    private static void Set(Span<byte> table, string[] names, Kind kind)
    {
        foreach (var name in names)
        {
            var number = SyscallNames.Number(name);
            if ((uint)number < (uint)table.Length)
                table[number] = (byte)kind;
        }
    }
}
