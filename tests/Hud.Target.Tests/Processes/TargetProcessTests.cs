namespace Hud.Target.Tests.Processes;

public class TargetProcessTests
{
    private const string Sleep = "/usr/bin/sleep";

    [Fact]
    public void Exact_name_wins_over_a_name_that_contains_it()
    {
        using var folder = new TemporaryFolder();
        using var exact = Child.StartCopy(Sleep, folder, "hud-tt-app", "100");
        using var longer = Child.StartCopy(Sleep, folder, "hud-tt-app-2", "100");

        Assert.Equal(exact.Pid, TargetProcess.Find("hud-tt-app").Single().Pid);
        Assert.Equal(longer.Pid, TargetProcess.Find("TT-APP-2").Single().Pid);
    }

    [Fact]
    public void Number_is_a_process_id_unless_a_process_is_called_so()
    {
        using var folder = new TemporaryFolder();
        using var first = Child.StartCopy(Sleep, folder, "hud-ti", "100");
        using var other = Child.StartCopy(Sleep, folder, $"hud-ti-{first.Pid}", "100");
        Assert.Equal(first.Pid, TargetProcess.Find($"{first.Pid}").Single().Pid);

        using var named = Child.StartCopy(Sleep, folder, $"{other.Pid}", "100");
        Assert.Equal(named.Pid, TargetProcess.Find($"{other.Pid}").Single().Pid);
        Assert.Throws<HudException>(() => TargetProcess.Find($"{int.MaxValue}").Single());
    }

    [Fact]
    public void Several_matches_are_listed_with_exit_code_5()
    {
        using var folder = new TemporaryFolder();
        using var one = Child.StartCopy(Sleep, folder, "hud-tm-1", "100");
        using var two = Child.StartCopy(Sleep, folder, "hud-tm-2", "100");

        var error = Assert.Throws<HudException>(() => TargetProcess.Find("hud-tm-").Single());
        Assert.Equal(ExitCode.NoTarget, error.Code);
        Assert.Contains($"{one.Pid}  hud-tm-1", error.Message);
        Assert.Contains($"{two.Pid}  hud-tm-2", error.Message);
    }

    [Fact]
    public void Name_longer_than_comm_is_found_and_shown_in_full()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.StartCopy(Sleep, folder, "hud-a-very-long-program-name", "100");

        var process = TargetProcess.Find("hud-a-very-long-program-name").Single();
        Assert.Equal(child.Pid, process.Pid);
        Assert.Equal("hud-a-very-long-program-name", process.Name);
    }

    [Fact]
    public void Path_names_the_program_file()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.StartCopy(Sleep, folder, "app", "100");

        Assert.Equal(child.Pid, TargetProcess.Find(Path.Combine(folder.Path, "app")).Single().Pid);
    }

    [Fact]
    public void Nothing_matches_exit_code_5()
    {
        var error = Assert.Throws<HudException>(() => TargetProcess.Find("no-such-program-here").Single());
        Assert.Equal(ExitCode.NoTarget, error.Code);
        Assert.Contains("no-such-program-here", error.Message);
    }

    [Fact]
    public void Own_process_and_kernel_threads_never_match()
    {
        var own = TargetProcess.Open(Environment.ProcessId);
        Assert.DoesNotContain(TargetProcess.Find(own.Name).Matches, m => m.Pid == own.Pid);
        Assert.DoesNotContain(TargetProcess.Find("kthreadd").Matches, m => m.Pid == 2);
    }

    [Fact]
    public void Deleted_executable_is_still_readable()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.StartCopy(Sleep, folder, "hud-td", "100");
        File.Delete(Path.Combine(folder.Path, "hud-td"));

        var process = TargetProcess.Find("hud-td").Single();
        Assert.True(process.IsExeDeleted);
        Assert.Equal(Path.Combine(folder.Path, "hud-td"), process.ExeFile);
        Assert.Equal(File.ReadAllBytes(Sleep), File.ReadAllBytes(process.ExePath));
    }

    [Fact]
    public void Exit_is_noticed()
    {
        using var child = Child.Start(Sleep, "100");
        var process = TargetProcess.Open(child.Pid);
        Assert.True(process.IsAlive());
        child.Kill();
        Assert.False(process.IsAlive());
        Assert.Empty(process.Threads());
        Assert.Equal(ExitCode.NoTarget, Assert.Throws<HudException>(() => TargetProcess.Open(child.Pid)).Code);
    }

    [Fact]
    public void Exec_is_noticed_even_of_the_same_program()
    {
        using var child = Child.Start("/bin/sh", "-c", "read line; exec /bin/sh -c 'read line'");
        var process = TargetProcess.Open(child.Pid);
        Assert.False(process.HasExecuted());
        child.WriteLine("go");
        Assert.True(SpinWait.SpinUntil(process.HasExecuted, 10_000));
        Assert.True(process.IsAlive());
    }

    [Fact]
    public void Zombie_is_named_as_such()
    {
        using var parent = Child.Start("/bin/sh", "-c", "sleep 0.01 & echo $!; exec sleep 100");
        var pid = int.Parse(parent.ReadLine());
        Assert.True(SpinWait.SpinUntil(() => ProcStat.TryRead($"/proc/{pid}/stat", out var s) && s.HasExited, 10_000));

        var error = Assert.Throws<HudException>(() => TargetProcess.Open(pid));
        Assert.Contains("zombie", error.Message);
        Assert.DoesNotContain(TargetProcess.Find("sleep").Matches, m => m.Pid == pid);
    }

    [Fact]
    public void Thread_id_points_to_its_process()
    {
        var thread = TargetProcess.Open(Environment.ProcessId).Threads().First(t => t.Tid != Environment.ProcessId);
        var error = Assert.Throws<HudException>(() => TargetProcess.Open(thread.Tid));
        Assert.Contains($"--pid {Environment.ProcessId}", error.Line);
    }

    [Fact]
    public void Threads_carry_their_names()
    {
        using var ready = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var thread = new Thread(() => { ready.Set(); done.Wait(); }) { Name = "hud-named" };
        thread.Start();
        ready.Wait(TestContext.Current.CancellationToken);
        var names = TargetProcess.Open(Environment.ProcessId).Threads().Select(t => t.Name).ToArray();
        done.Set();
        Assert.Contains("hud-named", names);
    }

    [Fact]
    public void Namespace_pid_is_known()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root for unshare");
        using var outer = Child.Start("/usr/bin/unshare", "--pid", "--fork", "--kill-child", "/usr/bin/sleep", "100");
        var inner = WaitForChildOf(outer.Pid);

        var process = TargetProcess.Open(inner);
        Assert.Equal(1, process.NamespacePid);
        Assert.Equal(inner, process.Pid);
    }

    private static int WaitForChildOf(int parent)
    {
        var child = 0;
        Assert.True(SpinWait.SpinUntil(
            () => int.TryParse(File.ReadAllText($"/proc/{parent}/task/{parent}/children").Trim(), out child) &&
                  File.ReadAllText($"/proc/{child}/comm") == "sleep\n",
            10_000));
        return child;
    }
}
