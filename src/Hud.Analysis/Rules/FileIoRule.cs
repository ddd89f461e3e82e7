using System.Collections.Frozen;
using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Rules;

/// <summary>
/// Files, directories and block devices. CPU time inside such a call counts too: copying from the page cache and most
/// of an fsync on a fast disk never sleep, and are still the file's.
/// </summary>
internal sealed class FileIoRule : ICauseRule
{
    private static readonly FrozenSet<string> OnDescriptor = FrozenSet.ToFrozenSet(
        ["read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2", "fsync", "fdatasync", "sync_file_range", "syncfs",
         "ftruncate", "fallocate", "fadvise64", "readahead", "fstat", "fstatfs", "fchmod", "fchown", "getdents", "getdents64", "lseek", "flock", "fcntl", "close",
         "sendfile", "splice", "copy_file_range", "fgetxattr", "fsetxattr", "flistxattr", "fremovexattr", "fchdir", "ioctl", "cachestat", "dup", "dup2", "dup3", "close_range"]);

    private static readonly FrozenSet<string> OnPath = FrozenSet.ToFrozenSet(
        ["open", "openat", "openat2", "creat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "truncate",
         "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmodat", "fchmodat2",
         "chown", "lchown", "fchownat", "utime", "utimes", "utimensat", "futimesat", "statfs", "mknod", "mknodat", "chdir", "chroot", "mount", "umount2", "sync",
         "getxattr", "lgetxattr", "setxattr", "lsetxattr", "listxattr", "llistxattr", "removexattr", "lremovexattr", "msync", "inotify_add_watch", "name_to_handle_at",
         "open_by_handle_at", "quotactl", "swapon", "swapoff", "getcwd"]);

    private static readonly string[] FileCode =
        ["vfs_", "ext4_", "xfs_", "btrfs_", "f2fs_", "nfs_", "nfs4_", "fuse_", "overlayfs_", "ovl_", "blkdev_", "jbd2_", "iomap_", "filemap_read", "generic_file_", "do_sys_open", "path_openat", "filename_lookup"];

    public CauseVerdict? Check(Evidence evidence)
    {
        if (!evidence.InSyscall) return IsAtEdgeOfFileCall(evidence) ? new CauseVerdict(Causes.FileIo, null) : null;
        switch (evidence.Syscall)
        {
            case { } call when OnDescriptor.Contains(call):
                return IsFile(evidence) ? new CauseVerdict(Causes.FileIo, Details.OfDescriptor(evidence)) : null;
            case { } call when OnPath.Contains(call):
                return new CauseVerdict(Causes.FileIo, Details.OfPath(evidence));
            case null when evidence.KernelHasPrefix(FileCode):
                return new CauseVerdict(Causes.FileIo, evidence.Object);
            default:
                return null;
        }
    }

    /// <summary>
    /// A sample due while the kernel worked with interrupts off is taken on the way out: in the C library's wrapper, right
    /// behind the system call, with no kernel stack to tell.
    /// </summary>
    private static bool IsAtEdgeOfFileCall(Evidence evidence) =>
        !evidence.Asleep
        && evidence.User is [{ Kind: FrameKind.Libc }, ..]
        && evidence.User.TakeWhile(f => f.Kind is FrameKind.Libc or FrameKind.Std).Any(f => f.Function.Contains("std::fs::", StringComparison.Ordinal));

    private static bool IsFile(Evidence evidence) =>
        evidence.FileKind is FileKind.Regular or FileKind.Directory or FileKind.BlockDevice or FileKind.None
        || (evidence.FileKind == FileKind.CharDevice && evidence.Syscall is "read" or "write" or "readv" or "writev" or "ioctl");
}
