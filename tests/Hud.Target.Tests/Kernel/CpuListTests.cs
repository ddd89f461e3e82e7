namespace Hud.Target.Tests.Kernel;

public sealed class CpuListTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-3,8\n", new[] { 0, 1, 2, 3, 8 })]
    [InlineData("\t1,3-4", new[] { 1, 3, 4 })]
    [InlineData("", new int[0])]
    [InlineData("5-2,x,-1,7-,99999999999,2", new[] { 2 })]
    public void Reads_ranges_and_leaves_out_what_is_none(string text, int[] expected)
    {
        var cpus = new SortedSet<int>();
        CpuList.AddTo(cpus, text);
        Assert.Equal(expected, cpus);
    }

    [Fact]
    public void A_process_may_run_on_the_cpus_that_taskset_names()
    {
        using var child = Child.Start("taskset", "-c", "0", "sleep", "60");
        SpinWait.SpinUntil(() => TargetProcess.Open(child.Pid).Name == "sleep", 10_000);
        Assert.Equal([0], TargetProcess.Open(child.Pid).AllowedCpus());
    }
}
