namespace Hud.Analysis.Model;

/// <summary>
/// The one table of causes: their word in every output, what they mean, and what to do about them.
/// The words are part of the contract; see the README's table of causes.
/// </summary>
public static class Causes
{
    public const string Cpu = "cpu";
    public const string Lock = "lock";
    public const string Sleep = "sleep";
    public const string FileIo = "file-io";
    public const string NetIo = "net-io";
    public const string Dns = "dns";
    public const string Process = "process";
    public const string Pipe = "pipe";
    public const string PageFault = "page-fault";
    public const string Other = "other";

    /// <summary>Only in <see cref="Report.Starved"/>.</summary>
    public const string CpuStarved = "cpu-starved";

    public sealed record Cause(string Word, string Meaning, string Advice);

    public static IReadOnlyList<Cause> All { get; } =
    [
        new(Cpu, "running on the CPU", "Move the computation to tokio::task::spawn_blocking or a rayon pool, or split it with tokio::task::yield_now().await."),
        new(Lock, "waiting for a lock, a condition variable or a blocking channel", "Hold the lock for less, never across slow work; or use tokio::sync for what is awaited, or move the section to spawn_blocking."),
        new(Sleep, "sleeping in the thread", "Use tokio::time::sleep(..).await instead of std::thread::sleep."),
        new(FileIo, "file or disk I/O", "Use tokio::fs, or do the whole file operation in one tokio::task::spawn_blocking."),
        new(NetIo, "blocking socket I/O", "Use the async client (tokio::net, an async driver), or put the blocking one in spawn_blocking."),
        new(Dns, "resolving a name through the system resolver", "Use tokio::net::lookup_host or an async resolver; getaddrinfo blocks the thread."),
        new(Process, "starting a child process or waiting for it", "Use tokio::process::Command and await the child."),
        new(Pipe, "reading or writing a pipe, FIFO or terminal", "Use tokio::io or tokio::net::unix::pipe; a full standard output blocks println! and blocking loggers, so log through a non-blocking writer."),
        new(PageFault, "waiting for memory to be read from disk", "Pre-fault or lock the memory, or touch mapped files in spawn_blocking; check for swapping."),
        new(Other, "another system call", "Move the call to tokio::task::spawn_blocking."),
        new(CpuStarved, "runnable, but without a CPU", "The code is not to blame: the host or the cgroup has too little CPU for the threads that want it."),
    ];

    public static Cause Of(string word) => All.First(c => c.Word == word);
}
