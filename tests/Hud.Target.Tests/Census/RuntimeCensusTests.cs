using CsCheck;

namespace Hud.Target.Tests.Census;

public class RuntimeCensusTests
{
    public static TheoryData<string> Builds => [.. Fixture.Builds];

    private static IReadOnlyList<RunningRuntime> Take(Child child, int workers)
    {
        var process = TargetProcess.Open(child.Pid);
        using var modules = new ProcessModules(process);
        IReadOnlyList<RunningRuntime>? runtimes = [];

        // The program may still be starting its workers.
        SpinWait.SpinUntil(() => (runtimes = RuntimeCensus.Take(process, modules.MainModule))?.Sum(r => r.Workers.Count) >= workers, 10_000);
        Assert.NotNull(runtimes);
        return runtimes;
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void Runtimes_and_their_workers_are_counted(string build)
    {
        using var folder = new TemporaryFolder();
        using var child = Fixture.Start(build, folder, "--workers", "3", "--runtimes", "2", "--thread-name", "anything");
        var runtimes = Take(child, 6);
        Assert.Equal(2, runtimes.Count);
        Assert.All(runtimes, r => Assert.Equal("multi_thread", r.Kind));
        Assert.All(runtimes, r => Assert.Equal([0, 1, 2], r.Workers.Select(w => w.Index).Order()));
        Assert.Equal(6, runtimes.SelectMany(r => r.Workers).Select(w => w.Tid).Distinct().Count());
        Assert.DoesNotContain(runtimes.SelectMany(r => r.Workers), w => w.Tid == child.Pid);
    }

    [Theory]
    [InlineData("release", "current-thread")]
    [InlineData("debug", "local-set")]
    public void Current_thread_runtime_is_driven_by_its_own_thread(string build, string kind)
    {
        using var folder = new TemporaryFolder();
        using var child = Fixture.Start(build, folder, "--runtime", kind);
        var runtime = Assert.Single(Take(child, 1));
        Assert.Equal("current_thread", runtime.Kind);
        Assert.Equal([new RunningWorker(child.Pid, -1)], runtime.Workers);
    }

    [Fact]
    public void Stripped_program_cannot_be_counted()
    {
        using var folder = new TemporaryFolder();
        using var child = Fixture.Start("stripped", folder);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.Null(RuntimeCensus.Take(modules.Process, modules.MainModule));
    }

    [Theory]
    [InlineData("202 0x7f 0x80 0x0 0x0 0x0 0x0 0x7ffd1230 0x7f55aa\n", 202, 0x7ffd1230UL, 0x7f55aaUL)]
    [InlineData("-1 0x7ffd1230 0x7f55aa\n", -1, 0x7ffd1230UL, 0x7f55aaUL)]
    public void Place_of_a_blocked_thread_is_read(string text, int number, ulong stack, ulong instruction)
    {
        Assert.True(BlockedThread.TryParse(text, out var thread));
        Assert.Equal(new BlockedThread(number, stack, instruction), thread);
    }

    [Theory]
    [InlineData("running\n")]
    [InlineData("")]
    [InlineData("1 2 3")]
    [InlineData("x 0x1 0x2")]
    [InlineData("202 0x7f 0x80")]
    public void Running_threads_have_none(string text) =>
        Assert.Equal(text.StartsWith("202", StringComparison.Ordinal), BlockedThread.TryParse(text, out _));

    [Fact]
    public void Garbage_never_throws() =>
        Gen.Char["0x19af- \n"].Array[0, 100].Sample(text => { BlockedThread.TryParse(new string(text), out _); });
}
