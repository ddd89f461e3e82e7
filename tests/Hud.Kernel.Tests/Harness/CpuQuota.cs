using System.Globalization;

namespace Hud.Kernel.Tests.Harness;

/// <summary>A cgroup (v2, else v1) whose processes get a share of one CPU; removed with this object, after its processes.</summary>
internal sealed class CpuQuota : IDisposable
{
    private const int PeriodUs = 100_000;
    private const string Unified = "/sys/fs/cgroup";
    private const string Cpu = "/sys/fs/cgroup/cpu";

    private readonly string _directory;

    public CpuQuota(double cpus)
    {
        var v2 = File.Exists(Path.Combine(Unified, "cgroup.controllers"));
        _directory = Path.Combine(v2 ? Unified : Cpu, $"hud-test-{Environment.ProcessId}");
        if (v2) File.WriteAllText(Path.Combine(Unified, "cgroup.subtree_control"), "+cpu");
        Directory.CreateDirectory(_directory);
        var quota = ((int)(cpus * PeriodUs)).ToString(CultureInfo.InvariantCulture);
        if (v2)
        {
            Write("cpu.max", $"{quota} {PeriodUs}");
        }
        else
        {
            Write("cpu.cfs_period_us", PeriodUs.ToString(CultureInfo.InvariantCulture));
            Write("cpu.cfs_quota_us", quota);
        }
    }

    public void Add(int pid) => Write("cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        // Its last process may still be on its way out.
        for (var attempt = 0; Directory.Exists(_directory); attempt++)
        {
            try
            {
                Directory.Delete(_directory);
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(20);
            }
        }
    }

    private void Write(string file, string value) => File.WriteAllText(Path.Combine(_directory, file), value);
}
