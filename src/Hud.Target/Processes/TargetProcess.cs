namespace Hud.Target;

/// <summary>A thread of the target.</summary>
/// <param name="Tid">In the pid namespace of hud's own /proc.</param>
public readonly record struct TargetThread(int Tid, string Name);

/// <summary>
/// One process, held by pid and start time, so that a reused pid is never taken for it. All paths go through
/// /proc/PID and therefore work from outside its mount namespace and after its files were deleted or replaced.
/// </summary>
public sealed class TargetProcess
{
    private readonly ProcStat _stat;
    private readonly byte[]? _auxiliaryVector;

    private TargetProcess(ProcStat stat, string? exeFile, bool deleted, string[] arguments, IReadOnlyList<int> namespacePids)
    {
        _stat = stat;
        _auxiliaryVector = ProcFs.TryReadBytes($"/proc/{stat.Pid}/auxv");
        ExeFile = exeFile;
        IsExeDeleted = deleted;
        Arguments = arguments;
        NamespacePid = namespacePids.Count > 0 ? namespacePids[^1] : stat.Pid;
        Name = ProcessNames.Full(stat.Comm, exeFile, arguments);
        CommandLine = ProcessNames.Join(Name, arguments);
    }

    /// <summary>In the pid namespace of hud's own /proc.</summary>
    public int Pid => _stat.Pid;

    /// <summary>In the process's own, innermost pid namespace.</summary>
    public int NamespacePid { get; }

    /// <summary>The kernel's name of the process, completed from the executable where the kernel cut it at 15 bytes.</summary>
    public string Name { get; }

    /// <summary>Path of the executable as the process's mount namespace names it, to show; null if it may not be read.</summary>
    public string? ExeFile { get; }

    /// <summary>The executable was deleted or replaced since the start.</summary>
    public bool IsExeDeleted { get; }

    /// <summary>A path that opens the very file that runs.</summary>
    public string ExePath => $"/proc/{Pid}/exe";

    /// <summary>The process's root directory: put it before any path that the process knows.</summary>
    public string RootPath => $"/proc/{Pid}/root";

    public IReadOnlyList<string> Arguments { get; }

    public string CommandLine { get; }

    /// <summary>Clock ticks after boot; together with <see cref="Pid"/> it names the process for good.</summary>
    public ulong StartTicks => _stat.StartTicks;

    /// <summary>Searches all processes; see <see cref="FindResult.Single"/> for the one that is meant.</summary>
    public static FindResult Find(string name) => ProcessFinder.Find(name);

    /// <exception cref="HudException">Exit code 5: no such process, a kernel thread, or it has exited.</exception>
    public static TargetProcess Open(int pid)
    {
        var directory = $"/proc/{pid}";
        if (!ProcStat.TryRead(directory + "/stat", out var stat))
            throw new HudException($"there is no process {pid}", PidElsewhere(pid), ExitCode.NoTarget);
        if (stat.Pid != pid || ProcStatus.TryRead(directory + "/status") is not { } status)
            throw new HudException($"process {pid} exited just now", null, ExitCode.NoTarget);
        if (status.ThreadGroup is { } leader && leader != pid)
            throw new HudException($"{pid} is a thread of process {leader}", $"use --pid {leader}", ExitCode.NoTarget);
        if (stat.IsKernelThread)
            throw new HudException($"process {pid} ({stat.Comm}) is a kernel thread", null, ExitCode.NoTarget);
        if (stat.HasExited)
            throw new HudException($"process {pid} ({stat.Comm}) has exited and waits for its parent (zombie)", null, ExitCode.NoTarget);

        var exe = ProcessNames.WithoutDeleted(ProcFs.TryReadLink(directory + "/exe"), out var deleted);
        var arguments = ProcessNames.Arguments(ProcFs.TryReadBytes(directory + "/cmdline"));
        return new TargetProcess(stat, exe, deleted, arguments, status.NamespacePids);
    }

    /// <summary>The same process still runs: neither exited, nor a zombie, nor another one with its pid.</summary>
    public bool IsAlive() =>
        ProcStat.TryRead($"/proc/{Pid}/stat", out var now) && now.StartTicks == StartTicks && !now.HasExited;

    /// <summary>
    /// The process has replaced itself by exec since it was opened. The kernel lays out stack and vdso anew at each exec,
    /// so the auxiliary vector tells even two runs of one program apart (with address randomisation off: two programs).
    /// </summary>
    public bool HasExecuted() =>
        _auxiliaryVector is { Length: > 0 } before &&
        ProcFs.TryReadBytes($"/proc/{Pid}/auxv") is { Length: > 0 } now &&
        !before.AsSpan().SequenceEqual(now) &&
        IsAlive();

    /// <summary>Threads that exist now, by tid; empty once the process is gone.</summary>
    public IReadOnlyList<TargetThread> Threads()
    {
        var threads = new List<TargetThread>();
        foreach (var tid in ProcFs.Numbers($"/proc/{Pid}/task"))
        {
            if (ProcFs.TryReadText($"/proc/{Pid}/task/{tid}/comm") is { } comm)
                threads.Add(new TargetThread(tid, comm.TrimEnd('\n')));
        }
        return threads;
    }

    /// <summary>CPUs that at least one of the threads may run on; some of them may be offline.</summary>
    public IReadOnlyCollection<int> AllowedCpus() =>
        ProcFs.Numbers($"/proc/{Pid}/task")
            .SelectMany(tid => ProcStatus.TryRead($"/proc/{Pid}/task/{tid}/status")?.AllowedCpus ?? [])
            .ToHashSet();

    private static string? PidElsewhere(int pid)
    {
        foreach (var other in ProcFs.Numbers("/proc"))
        {
            if (ProcStatus.TryRead($"/proc/{other}/status") is { NamespacePids: [_, .., var inner] } && inner == pid)
                return $"process {pid} of a container is {other} here: use --pid {other}";
        }
        return null;
    }
}
