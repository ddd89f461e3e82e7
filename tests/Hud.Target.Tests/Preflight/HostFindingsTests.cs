namespace Hud.Target.Tests.Preflight;

public class HostFindingsTests
{
    private const ulong AllCapabilities = 0x1ff_ffff_ffff;

    private static readonly HostFacts Good = new()
    {
        Machine = "X64",
        KernelRelease = "6.1.0-23-amd64",
        Capabilities = AllCapabilities,
        IsInitialUserNamespace = true,
        IsInitialPidNamespace = true,
        BtfBytes = 5_000_000,
        Lockdown = "none",
        HasUprobes = true,
        ShowsKernelAddresses = true,
        PerfEventParanoid = 2,
        RingBufferError = 0,
        HidesProcesses = false,
    };

    private static Finding Of(HostFacts host, string name) => Assert.Single(HostFindings.Judge(host), f => f.Name == name);

    [Fact]
    public void Good_host_is_fine_throughout() =>
        Assert.All(HostFindings.Judge(Good), f => Assert.Equal((FindingStatus.Ok, null), (f.Status, f.Fix)));

    [Theory]
    [InlineData("machine", "Missing")]
    [InlineData("kernel", "Missing")]
    [InlineData("privileges", "Missing")]
    [InlineData("BTF", "Missing")]
    [InlineData("BPF", "Missing")]
    [InlineData("lockdown", "Missing")]
    [InlineData("uprobes", "Warning")]
    [InlineData("perf events", "Missing")]
    [InlineData("kernel symbols", "Warning")]
    [InlineData("processes", "Warning")]
    public void Each_fault_is_found_with_a_fix_and_leaves_the_rest_alone(string name, string status)
    {
        var host = name switch
        {
            "machine" => Good with { Machine = "Arm64" },
            "kernel" => Good with { KernelRelease = "5.4.0-150-generic" },
            "privileges" => Good with { IsInitialUserNamespace = false },
            "BTF" => Good with { BtfBytes = 0 },
            "BPF" => Good with { RingBufferError = 1 },
            "lockdown" => Good with { Lockdown = "confidentiality" },
            "uprobes" => Good with { HasUprobes = false },
            "perf events" => Good with { PerfEventParanoid = 4, Capabilities = 1UL << HostFacts.CapBpf },
            "kernel symbols" => Good with { ShowsKernelAddresses = false },
            _ => Good with { HidesProcesses = true },
        };
        var finding = Of(host, name);
        Assert.Equal(status, finding.Status.ToString());
        Assert.False(string.IsNullOrWhiteSpace(finding.Fix));
        Assert.All(HostFindings.Judge(host).Where(f => f.Name != name && f.Name != "privileges"), f => Assert.Equal(FindingStatus.Ok, f.Status));
    }

    [Theory]
    [InlineData(new[] { 39, 38, 19, 40 }, "Ok", "capabilities")]
    [InlineData(new[] { 21, 19 }, "Ok", "root")]
    [InlineData(new[] { 39, 38, 19 }, "Warning", "CAP_CHECKPOINT_RESTORE")]
    [InlineData(new[] { 39, 38 }, "Missing", "CAP_SYS_PTRACE")]
    [InlineData(new[] { 19 }, "Missing", "CAP_BPF, CAP_PERFMON")]
    [InlineData(new int[0], "Missing", "CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE")]
    public void Capabilities_are_named(int[] capabilities, string status, string found)
    {
        var set = capabilities.Aggregate(0UL, (bits, c) => bits | 1UL << c);
        var finding = Of(Good with { Capabilities = set }, "privileges");
        Assert.Equal(status, finding.Status.ToString());
        Assert.Contains(found, finding.Found);
    }

    [Theory]
    [InlineData("6.18.44-fc", 6, 18)]
    [InlineData("5.8.0", 5, 8)]
    [InlineData("5.15-rc1", 5, 15)]
    [InlineData("10.2+", 10, 2)]
    public void Kernel_release_is_read(string release, int major, int minor) =>
        Assert.Equal(new Version(major, minor), HostFacts.ParseRelease(release));

    [Theory]
    [InlineData("")]
    [InlineData("linux")]
    [InlineData("6")]
    [InlineData("6.x")]
    [InlineData("-1.2")]
    public void Odd_kernel_release_is_unknown_and_not_judged(string release)
    {
        Assert.Null(HostFacts.ParseRelease(release));
        Assert.Equal(FindingStatus.Ok, Of(Good with { KernelRelease = release }, "kernel").Status);
    }

    [Theory]
    [InlineData("none [integrity] confidentiality\n", "integrity")]
    [InlineData("[none] integrity confidentiality", "none")]
    [InlineData("none", null)]
    [InlineData("][", null)]
    [InlineData(null, null)]
    public void Lockdown_mode_is_the_one_in_brackets(string? text, string? mode) => Assert.Equal(mode, HostFacts.Selected(text));

    [Theory]
    [InlineData("0000000000000000 A fixed_percpu_data\n0000000000001000 A cpu_debug_store\nffffffff81000000 T _stext\n", true)]
    [InlineData("ffffffff81000000 T _stext\n", true)]
    [InlineData("0000000000000000 A fixed_percpu_data\n0000000000000000 T _stext\n0000000000000000 t do_one_initcall\n", false)]
    [InlineData("", false)]
    public void Functions_tell_whether_kallsyms_shows_addresses(string kallsyms, bool shows) =>
        Assert.Equal(shows, HostFacts.ShowsAddresses(new StringReader(kallsyms)));

    [Fact]
    public void Missing_precondition_ends_with_exit_code_4()
    {
        var error = Assert.Throws<HudException>(() => Target.Preflight.Require(HostFindings.Judge(Good with { BtfBytes = 0 })));
        Assert.Equal(ExitCode.PreconditionMissing, error.Code);
        Assert.StartsWith("BTF: ", error.Message);
        Target.Preflight.Require(HostFindings.Judge(Good with { HasUprobes = false }));
    }

    [Fact]
    public void This_host_is_read_truthfully()
    {
        var host = HostFacts.Read();
        Assert.Equal(File.Exists("/sys/kernel/btf/vmlinux"), host.BtfBytes > 0);
        Assert.NotNull(HostFacts.ParseRelease(host.KernelRelease));
        Assert.Equal(Environment.UserName == "root", host.Has(HostFacts.CapSysPtrace));
    }
}
