using System.Text;
using CsCheck;

namespace Hud.Target.Tests.Processes;

public class ProcStatTests
{
    private const string Tail = "S 1 7 7 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 3 0 424242 1000 10";

    [Theory]
    [InlineData("my-app")]
    [InlineData("a b")]
    [InlineData("x) R 5 (y")]
    [InlineData("(")]
    [InlineData("")]
    public void Names_with_blanks_and_parentheses_are_kept(string comm)
    {
        Assert.True(ProcStat.TryParse(Encoding.UTF8.GetBytes($"7 ({comm}) {Tail}\n"), out var stat));
        Assert.Equal(new ProcStat(7, comm, 'S', 1, 4194560, 424242), stat);
    }

    [Fact]
    public void Own_process_is_read()
    {
        Assert.True(ProcStat.TryRead("/proc/self/stat", out var stat));
        Assert.Equal(Environment.ProcessId, stat.Pid);
        Assert.False(stat.IsKernelThread);
        Assert.False(stat.HasExited);
    }

    [Fact]
    public void Kernel_thread_is_recognised() =>
        Assert.True(ProcStat.TryParse("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 4 0 0 20 0 1 0 18 0 0"u8, out var stat) && stat.IsKernelThread);

    [Fact]
    public void Cut_off_lines_are_refused()
    {
        var whole = Encoding.UTF8.GetBytes($"7 (app) {Tail}");
        for (var length = 0; length < whole.Length - " 1000 10".Length - "424242".Length; length++)
            Assert.False(ProcStat.TryParse(whole.AsSpan(0, length), out _), $"length {length}");
    }

    [Fact]
    public void Garbage_never_throws() =>
        Gen.Byte.Array[0, 200].Sample(bytes => { ProcStat.TryParse(bytes, out _); });

    [Fact]
    public void Status_gives_namespaces_user_and_capabilities()
    {
        var status = ProcStatus.Parse("Name:\tx\nTgid:\t4711\nUid:\t1000\t1001\t1000\t1000\nNSpid:\t4711\t12\t7\nCapEff:\t000001ffffffffff\nCpus_allowed_list:\t0-1,3\n");
        Assert.Equal([4711, 12, 7], status.NamespacePids);
        Assert.Equal(4711, status.ThreadGroup);
        Assert.Equal([0, 1, 3], status.AllowedCpus);
        Assert.Equal(0x1ffffffffffUL, status.EffectiveCapabilities);
        Assert.Equal(1001, status.EffectiveUserId);
    }
}
