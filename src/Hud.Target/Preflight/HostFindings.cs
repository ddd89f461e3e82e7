namespace Hud.Target;

/// <summary>Judges a host: one finding for each thing hud needs of it.</summary>
internal static class HostFindings
{
    private const int Eperm = 1;
    private static readonly Version OldestKernel = new(5, 8);
    private static readonly Version MultiUprobes = new(6, 6);

    public static IReadOnlyList<Finding> Judge(HostFacts host) =>
    [
        Machine(host),
        Kernel(host),
        Privileges(host),
        Btf(host),
        RingBuffer(host),
        Lockdown(host),
        Uprobes(host),
        PerfEvents(host),
        KernelNames(host),
        Processes(host),
    ];

    private static Finding Machine(HostFacts host) =>
        host.Machine == "X64"
            ? new("machine", FindingStatus.Ok, "x86-64")
            : new("machine", FindingStatus.Missing, host.Machine, "hud's trackers read registers and system calls of x86-64 only");

    private static Finding Kernel(HostFacts host) =>
        HostFacts.ParseRelease(host.KernelRelease) is { } version && version < OldestKernel
            ? new("kernel", FindingStatus.Missing, $"Linux {host.KernelRelease}", "hud needs Linux 6.1 or later")
            : new("kernel", FindingStatus.Ok, $"Linux {host.KernelRelease}");

    private static Finding Privileges(HostFacts host)
    {
        const string Fix = "run hud with sudo, or give the file CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_SYSLOG: " +
            "setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_syslog,cap_checkpoint_restore+ep hud";
        if (!host.IsInitialUserNamespace)
            return new("privileges", FindingStatus.Missing, "inside a user namespace, where no capability counts for BPF", "run hud on the host, or in a container without user namespace");

        var isAdmin = host.Has(HostFacts.CapSysAdmin);
        string[] missing =
        [
            .. isAdmin || host.Has(HostFacts.CapBpf) ? Array.Empty<string>() : ["CAP_BPF"],
            .. isAdmin || host.Has(HostFacts.CapPerfmon) ? Array.Empty<string>() : ["CAP_PERFMON"],
            .. host.Has(HostFacts.CapSysPtrace) ? Array.Empty<string>() : ["CAP_SYS_PTRACE"],
        ];
        if (missing.Length > 0)
            return new("privileges", FindingStatus.Missing, $"{string.Join(", ", missing)} missing", Fix);
        return isAdmin || host.Has(HostFacts.CapCheckpointRestore)
            ? new("privileges", FindingStatus.Ok, isAdmin ? "root" : "capabilities")
            : new("privileges", FindingStatus.Warning, "CAP_CHECKPOINT_RESTORE missing: deleted libraries cannot be read", Fix);
    }

    private static Finding Btf(HostFacts host) =>
        host.BtfBytes > 0
            ? new("BTF", FindingStatus.Ok, $"/sys/kernel/btf/vmlinux, {host.BtfBytes / 1e6:0.0} MB")
            : new("BTF", FindingStatus.Missing, "/sys/kernel/btf/vmlinux is not there", "boot a kernel with CONFIG_DEBUG_INFO_BTF=y (every current distribution's has it), and mount /sys");

    private static Finding RingBuffer(HostFacts host) => host.RingBufferError switch
    {
        0 => new("BPF", FindingStatus.Ok, "a ring buffer could be created"),
        Eperm => new("BPF", FindingStatus.Missing, "the kernel refused a ring buffer (EPERM)", "run hud with sudo; in a container allow bpf(2) in its seccomp profile"),
        var error => new("BPF", FindingStatus.Missing, $"the kernel refused a ring buffer (errno {error})", "boot a kernel with CONFIG_BPF_SYSCALL=y"),
    };

    private static Finding Lockdown(HostFacts host) =>
        host.Lockdown == "confidentiality"
            ? new("lockdown", FindingStatus.Missing, "confidentiality: BPF may not read kernel memory", "boot without lockdown=confidentiality")
            : new("lockdown", FindingStatus.Ok, host.Lockdown ?? "none");

    private static Finding Uprobes(HostFacts host)
    {
        if (!host.HasUprobes)
            return new("uprobes", FindingStatus.Warning, "no uprobe PMU: no exact tracker, and no calibration of binaries without DWARF types", "boot a kernel with CONFIG_UPROBE_EVENTS=y");
        return new("uprobes", FindingStatus.Ok, HostFacts.ParseRelease(host.KernelRelease) >= MultiUprobes ? "many at once (uprobe_multi)" : "one by one (before Linux 6.6)");
    }

    private static Finding PerfEvents(HostFacts host)
    {
        const int OnlyPrivileged = 2;
        var level = host.PerfEventParanoid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown";
        return host.PerfEventParanoid is null or <= OnlyPrivileged || host.Has(HostFacts.CapPerfmon) || host.Has(HostFacts.CapSysAdmin)
            ? new("perf events", FindingStatus.Ok, $"perf_event_paranoid is {level}")
            : new("perf events", FindingStatus.Missing, $"perf_event_paranoid is {level}", "run hud with sudo, or: sysctl kernel.perf_event_paranoid=2");
    }

    private static Finding KernelNames(HostFacts host) =>
        host.ShowsKernelAddresses
            ? new("kernel symbols", FindingStatus.Ok, "/proc/kallsyms shows addresses")
            : new("kernel symbols", FindingStatus.Warning, "/proc/kallsyms shows no addresses: kernel frames stay unnamed", "sysctl kernel.kptr_restrict=1, and run hud with sudo or CAP_SYSLOG");

    private static Finding Processes(HostFacts host)
    {
        if (host.HidesProcesses)
            return new("processes", FindingStatus.Warning, "/proc hides processes of others", "mount /proc without hidepid, or run hud with sudo");
        return host.IsInitialPidNamespace
            ? new("processes", FindingStatus.Ok, "all of the host are visible")
            : new("processes", FindingStatus.Ok, "all of this container's pid namespace are visible; run it with --pid=host to see the host's");
    }
}
