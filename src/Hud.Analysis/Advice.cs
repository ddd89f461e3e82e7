using Hud.Analysis.Model;

namespace Hud.Analysis;

/// <summary>What to do about a blocker: the advice of its cause, or a closer one for code that is known to need it.</summary>
public static class Advice
{
    /// <summary>Tokio waits for a child without a thread, but it starts one as std does, on the worker.</summary>
    private const string Spawning = "Starting a child blocks until it has run exec, through tokio::process too; it takes longer on a busy machine and with much memory mapped. Start it in tokio::task::spawn_blocking, or let a small helper process start children.";

    private const string Initializing = "Another thread runs the initialization that this one waits for: initialize before the runtime starts, or use tokio::sync::OnceCell and await it.";

    private const string Allocating = "The memory allocator's own lock is contended: allocate less on this path, reuse buffers, or use an allocator that caches for each thread.";

    private const string Joining = "Joining a thread holds the worker: send the thread's result through a tokio::sync::oneshot and await that.";

    /// <summary>A cause (null: any), a part of the culprit's, call's or detail's text, and what to do.</summary>
    private static readonly (string? Cause, string Part, string Text)[] Known =
    [
        (null, "reqwest::blocking", "Use reqwest's async Client; the blocking one starts a runtime of its own and waits for it."),
        (null, "ureq::", "ureq is a blocking client: use an async one (reqwest, hyper), or call it in tokio::task::spawn_blocking."),
        (null, "rusqlite::", "SQLite is synchronous: run the whole transaction in tokio::task::spawn_blocking, or use an async wrapper that does (tokio-rusqlite, deadpool-sqlite)."),
        (null, "sqlite3_", "SQLite is synchronous: run the whole transaction in tokio::task::spawn_blocking, or use an async wrapper that does (tokio-rusqlite, deadpool-sqlite)."),
        (null, "diesel::", "Diesel is synchronous: use diesel-async, or run the query in tokio::task::spawn_blocking."),
        (null, "postgres::", "The postgres crate blocks: use tokio-postgres."),
        (null, "rocksdb", "RocksDB calls can stall on disk: run them in tokio::task::spawn_blocking."),
        (null, "bcrypt", "Password hashing is meant to be slow: run it in tokio::task::spawn_blocking, with a limit on how many run at once."),
        (null, "blowfish", "Password hashing is meant to be slow: run it in tokio::task::spawn_blocking, with a limit on how many run at once."),
        (null, "argon2", "Password hashing is meant to be slow: run it in tokio::task::spawn_blocking, with a limit on how many run at once."),
        (null, "scrypt", "Password hashing is meant to be slow: run it in tokio::task::spawn_blocking, with a limit on how many run at once."),
        (null, "pbkdf2", "Password hashing is meant to be slow: run it in tokio::task::spawn_blocking, with a limit on how many run at once."),
        (Causes.Cpu, "flate2", "Compress in tokio::task::spawn_blocking, or as a stream with async-compression in small chunks."),
        (Causes.Cpu, "miniz_oxide", "Compress in tokio::task::spawn_blocking, or as a stream with async-compression in small chunks."),
        (Causes.Cpu, "zstd", "Compress in tokio::task::spawn_blocking, or as a stream with async-compression in small chunks."),
        (Causes.Cpu, "brotli", "Compress in tokio::task::spawn_blocking, or as a stream with async-compression in small chunks."),
        (Causes.Cpu, "serde_json", "Serialize large documents in tokio::task::spawn_blocking, or as a stream, in parts."),
        (Causes.Cpu, "regex", "Check the pattern and the size of its input; match large inputs in tokio::task::spawn_blocking."),
        (Causes.Cpu, "rayon", "The worker waits for the rayon pool: send the result through a tokio::sync::oneshot and await that."),
        (Causes.Cpu, "sched_yield", "Spinning until another thread is done holds the worker, yielding the thread or not: await a tokio::sync::Notify or a channel instead."),
        (Causes.Lock, "sync::Once", Initializing),
        (Causes.Lock, "sync::LazyLock", Initializing),
        (Causes.Lock, "once_cell::", Initializing),
        (Causes.Lock, "rayon", "The worker waits for the rayon pool: send the result through a tokio::sync::oneshot and await that."),
        (Causes.Lock, "mpsc", "Use tokio::sync::mpsc and await recv(); a blocking receive holds the worker."),
        (Causes.Lock, "crossbeam_channel", "Use tokio::sync::mpsc (or flume's recv_async) and await; a blocking receive holds the worker."),
        (Causes.Lock, "thread::park", "Parking the thread holds the worker: await a tokio::sync::Notify or oneshot instead."),
        (Causes.Lock, "Condvar", "Use tokio::sync::Notify or a channel and await it; a condition variable holds the worker."),
        (Causes.Lock, "JoinHandle", Joining),
        (Causes.Lock, "JoinInner", Joining),
        (Causes.Lock, "pthread_join", Joining),
        (Causes.Lock, "sync::Barrier", "Use tokio::sync::Barrier and await it; a std barrier holds the worker until the last one comes."),
        (Causes.Lock, "malloc", Allocating),
        (Causes.Lock, "lll_lock_wait_private", Allocating),
        (Causes.Lock, "futures_executor", "block_on inside a task holds the worker: await the future instead."),
        (Causes.Process, "tokio::process::Command", Spawning),
        (Causes.Process, "Command::spawn", Spawning),
        (Causes.Process, "clone", Spawning),
        (Causes.Process, "fork", Spawning),
        (Causes.Pipe, "standard output", "Standard output is a pipe or terminal that nobody empties fast enough: log through a non-blocking writer (tracing_appender::non_blocking), or read it faster."),
        (Causes.Pipe, "standard error", "Standard error is a pipe or terminal that nobody empties fast enough: log through a non-blocking writer (tracing_appender::non_blocking), or read it faster."),
        (Causes.FileIo, "fsync", "Waiting for the disk: do the write and its sync in one tokio::task::spawn_blocking, and batch syncs."),
        (Causes.FileIo, "fdatasync", "Waiting for the disk: do the write and its sync in one tokio::task::spawn_blocking, and batch syncs."),
        (Causes.FileIo, "flock", "A file lock can wait for ever: take it in tokio::task::spawn_blocking."),
        (Causes.CpuStarved, "CPU quota", "The cgroup's CPU quota is used up before its period ends: raise it (cpu.max, cpu.cfs_quota_us, the container's CPU limit), or run fewer workers."),
        (Causes.CpuStarved, "the hypervisor", "The host of this virtual machine gives its CPUs to others (steal time): move to a larger or dedicated instance; the code is not to blame."),
    ];

    /// <summary>Goes before all others: whatever they would have awaited, a drop cannot.</summary>
    private const string Dropping = "This runs while a value is dropped, and Drop cannot await: move the blocking work out of it into an async close() or shutdown() that is awaited before, or drop the value in tokio::task::spawn_blocking.";

    /// <summary>One or two sentences; never empty.</summary>
    /// <param name="inDrop">Most of the time was spent in a drop.</param>
    public static string For(string cause, Frame culprit, Frame? call, string? detail, bool inDrop = false)
    {
        ArgumentNullException.ThrowIfNull(culprit);
        if (inDrop && cause != Causes.CpuStarved) return Dropping;
        foreach (var (onlyCause, part, text) in Known)
        {
            if (onlyCause is not null && onlyCause != cause) continue;
            if (onlyCause is null && cause == Causes.CpuStarved) continue;
            if (Has(call?.Function, part) || (culprit.Kind != FrameKind.User && Has(culprit.Function, part)) || (onlyCause is not null && Has(detail, part))) return text;
        }
        return Causes.Of(cause).Advice;
    }

    private static bool Has(string? text, string part) => text is not null && text.Contains(part, StringComparison.Ordinal);
}
