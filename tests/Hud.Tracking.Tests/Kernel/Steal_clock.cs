using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Kernel;

public sealed partial class Steal_clock
{
    private const string KernelBtf = "/sys/kernel/btf/vmlinux";

    [Fact]
    public void Is_where_bpftool_finds_it()
    {
        Assert.SkipUnless(File.Exists(KernelBtf), "the kernel has no BTF");
        using var bpftool = Process.Start(new ProcessStartInfo("bpftool", ["btf", "dump", "file", KernelBtf]) { RedirectStandardOutput = true })!;
        var places = new Dictionary<string, int>();
        while (bpftool.StandardOutput.ReadLine() is { } line)
        {
            if (SectionMember().Match(line) is { Success: true } match)
                places[match.Groups["name"].Value] = int.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture);
        }
        bpftool.WaitForExit();

        Assert.Equal(0, bpftool.ExitCode);
        Assert.Equal(places.TryGetValue("steal_time", out var steal) ? steal - places["runqueues"] : 0, StealClock.FromRunQueue);
    }

    [GeneratedRegex(@"^\ttype_id=\d+ offset=(?<offset>\d+) size=\d+ \(VAR '(?<name>\w+)'\)$")]
    private static partial Regex SectionMember();
}
