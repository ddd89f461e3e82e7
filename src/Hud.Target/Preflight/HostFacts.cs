namespace Hud.Target;

/// <summary>What the host says about itself, read once, judged elsewhere.</summary>
internal sealed record HostFacts
{
    public const int CapSysPtrace = 19;
    public const int CapSysAdmin = 21;
    public const int CapSyslog = 34;
    public const int CapPerfmon = 38;
    public const int CapBpf = 39;
    public const int CapCheckpointRestore = 40;

    private const string InitialUserNamespace = "user:[4026531837]";

    public required string Machine { get; init; }
    public required string KernelRelease { get; init; }
    public required ulong Capabilities { get; init; }
    public required bool IsInitialUserNamespace { get; init; }
    public required bool IsInitialPidNamespace { get; init; }

    /// <summary>Size of /sys/kernel/btf/vmlinux; 0 when it is missing.</summary>
    public required long BtfBytes { get; init; }

    /// <summary>"none", "integrity" or "confidentiality"; null where the kernel has no lockdown.</summary>
    public required string? Lockdown { get; init; }

    public required bool HasUprobes { get; init; }

    /// <summary>Addresses of functions in /proc/kallsyms are not blanked.</summary>
    public required bool ShowsKernelAddresses { get; init; }

    public required int? PerfEventParanoid { get; init; }

    /// <summary>errno of creating a small ring buffer map; 0 = it was created.</summary>
    public required int RingBufferError { get; init; }

    /// <summary>/proc hides other users' processes (mount option hidepid).</summary>
    public required bool HidesProcesses { get; init; }

    public static HostFacts Read()
    {
        var status = ProcStatus.TryRead("/proc/self/status");
        return new HostFacts
        {
            Machine = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString(),
            KernelRelease = (ProcFs.TryReadText("/proc/sys/kernel/osrelease") ?? "").Trim(),
            Capabilities = status?.EffectiveCapabilities ?? 0,
            IsInitialUserNamespace = ProcFs.TryReadLink("/proc/self/ns/user") is null or InitialUserNamespace,
            IsInitialPidNamespace = PidNamespaces.IsInitial(),
            BtfBytes = FileIdentity.TryOf("/sys/kernel/btf/vmlinux", out var btf) ? btf.Size : 0,
            Lockdown = Selected(ProcFs.TryReadText("/sys/kernel/security/lockdown")),
            HasUprobes = File.Exists("/sys/bus/event_source/devices/uprobe/type"),
            ShowsKernelAddresses = ShowsAddresses(),
            PerfEventParanoid = int.TryParse(ProcFs.TryReadText("/proc/sys/kernel/perf_event_paranoid"), out var level) ? level : null,
            RingBufferError = BpfProbe.RingBuffer(),
            HidesProcesses = !File.Exists("/proc/1/stat"),
        };
    }

    public bool Has(int capability) => (Capabilities >> capability & 1) != 0;

    /// <summary>Major and minor number of a release such as "6.1.0-23-amd64"; null when it does not start with them.</summary>
    public static Version? ParseRelease(string release)
    {
        var parts = release.Split('.', 3);
        var minor = parts.Length < 2 ? "" : new string([.. parts[1].TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(parts[0], out var major) && int.TryParse(minor, out var number) && major >= 0 ? new Version(major, number) : null;
    }

    /// <summary>The bracketed word of "none [integrity] confidentiality".</summary>
    internal static string? Selected(string? text)
    {
        var open = text?.IndexOf('[') ?? -1;
        var close = text?.IndexOf(']') ?? -1;
        return open >= 0 && close > open ? text![(open + 1)..close] : null;
    }

    /// <summary>Whether the first function has an address: before Linux 6.15 per-CPU data comes first, and that begins at 0.</summary>
    internal static bool ShowsAddresses(TextReader kallsyms)
    {
        while (kallsyms.ReadLine() is { } line)
        {
            if (line.Split(' ', 3) is [var address, "t" or "T", _])
                return address.AsSpan().ContainsAnyExcept('0');
        }
        return false;
    }

    private static bool ShowsAddresses()
    {
        try
        {
            using var reader = new StreamReader("/proc/kallsyms");
            return ShowsAddresses(reader);
        }
        catch (Exception e) when (ProcFs.IsAbsence(e))
        {
            return false;
        }
    }
}
