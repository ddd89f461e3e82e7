using System.Collections.Frozen;

namespace Hud.Analysis.Classification;

/// <summary>Functions of the C library, for programs that have it linked in (static musl and glibc).</summary>
internal static class CLibraryNames
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        "read", "write", "readv", "writev", "pread", "pwrite", "pread64", "pwrite64", "open", "open64", "openat", "close", "fsync", "fdatasync", "lseek", "stat", "fstat", "lstat", "statx", "access",
        "rename", "unlink", "mkdir", "rmdir", "readdir", "readdir64", "opendir", "closedir", "ftruncate", "flock", "fcntl", "ioctl", "dup", "dup2", "pipe", "pipe2", "poll", "ppoll", "select", "epoll_wait",
        "epoll_pwait", "nanosleep", "clock_nanosleep", "usleep", "sleep", "clock_gettime", "gettimeofday", "time", "sched_yield", "connect", "accept", "accept4", "bind", "listen", "send", "sendto", "sendmsg",
        "recv", "recvfrom", "recvmsg", "socket", "shutdown", "setsockopt", "getsockopt", "getaddrinfo", "getnameinfo", "freeaddrinfo", "gethostbyname", "gethostbyname_r", "fork", "vfork", "execve", "execvp",
        "posix_spawn", "posix_spawnp", "waitpid", "wait4", "waitid", "wait", "system", "popen", "pclose", "clone", "syscall", "mmap", "mmap64", "munmap", "mprotect", "madvise", "mremap", "brk", "sbrk",
        "malloc", "free", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign", "memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen", "strcmp", "strncmp", "strchr", "strerror_r",
        "printf", "fprintf", "vfprintf", "puts", "fwrite", "fread", "fopen", "fclose", "fflush", "qsort", "getrandom", "start_thread", "start", "exit", "abort", "raise", "kill", "sem_wait", "sem_post", "sem_timedwait",
    ]);

    private static readonly string[] Prefixes = ["pthread_", "__pthread_", "___pthread_", "__libc_", "__GI_", "__lll_", "_IO_", "__syscall", "__clone", "__timedwait", "__wait", "__futex", "__res_", "res_", "_nss_", "__nss_", "_dl_", "__lookup_", "__vdso_", "mtx_", "cnd_"];

    public static bool Contains(string function)
    {
        foreach (var prefix in Prefixes)
        {
            if (function.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }
        return Names.Contains(function) || Names.Contains(function.TrimStart('_'));
    }
}
