namespace Hud.Target.Tests.Census;

public class TokioProcessesTests
{
    [Fact]
    public void Only_Tokio_processes_are_listed()
    {
        using var folder = new TemporaryFolder();
        using var release = Fixture.Start("release", folder, "--workers", "3");
        using var stripped = Fixture.Start("stripped", folder);
        using var other = Child.Start("/usr/bin/sleep", "100");

        var processes = new TokioProcesses();
        IReadOnlyList<TokioProcessDetails> list = [];
        SpinWait.SpinUntil(() => (list = processes.List()).Any(p => p.Process.Pid == release.Pid && p.Workers == 3), 10_000);
        var found = Assert.Single(list, p => p.Process.Pid == release.Pid);
        Assert.Equal("ground-truth", found.Process.Name);
        Assert.StartsWith("1.", found.Process.Presence.Version);
        Assert.Equal(Fixture.Path("release"), found.Process.TokioFile);
        Assert.Equal(3, found.Workers);
        Assert.Equal("sampled", found.Forecast.Tracker);

        Assert.Null(Assert.Single(list, p => p.Process.Pid == stripped.Pid).Workers);
        Assert.DoesNotContain(list, p => p.Process.Pid == other.Pid || p.Process.Pid == Environment.ProcessId);

        release.Kill();
        Assert.Null(processes.Describe(found.Process));
        Assert.DoesNotContain(processes.Find(), p => p.Pid == release.Pid);
    }
}
