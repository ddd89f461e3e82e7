namespace Hud.Target.Tests;

public class CgroupCpuTests
{
    private const string Mounts = """
        31 23 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
        32 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct
        33 23 0:29 / /sys/fs/cgroup/memory rw,nosuid shared:11 - cgroup cgroup rw,memory
        """;

    [Theory]
    [InlineData("usage_usec 5\nnr_throttled 3\nthrottled_usec 1234\n", 1_234_000)]
    [InlineData("nr_periods 7\nnr_throttled 3\nthrottled_time 1234\n", 1234)]
    [InlineData("usage_usec 5\n", 0)]
    [InlineData("throttled_usec many\n", 0)]
    [InlineData("", 0)]
    public void Reads_both_versions_of_cpu_stat(string stat, long ns) => Assert.Equal(ns, CgroupCpu.Parse(stat));

    [Theory]
    [InlineData("0::/app.slice/web\n", "/sys/fs/cgroup/unified/app.slice/web/cpu.stat")]
    [InlineData("5:memory:/m\n4:cpu,cpuacct:/docker/1\n0::/\n", "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.stat")]
    public void Looks_where_the_controller_is_mounted(string cgroups, string expected)
    {
        var asked = new List<string>();
        Assert.NotNull(CgroupCpu.Of(cgroups, Mounts, file => { asked.Add(file); return true; }));
        Assert.Equal(expected, asked[0]);
    }

    [Fact]
    public void Is_absent_without_a_cpu_controller() => Assert.Null(CgroupCpu.Of("5:memory:/m\n", Mounts, _ => true));
}
