namespace Hud.Target.Tests.Preflight;

public class TargetFindingsTests
{
    private static IReadOnlyList<Finding> Judge(Child child)
    {
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        return TargetFindings.Judge(modules, hasUprobes: true);
    }

    private static Finding Of(IReadOnlyList<Finding> findings, string name) => Assert.Single(findings, f => f.Name == name);

    [Theory]
    [InlineData("debug", "Ok", "Ok", "sampled")]
    [InlineData("release-debug", "Ok", "Ok", "sampled")]
    [InlineData("release", "Ok", "Warning", "sampled")]
    [InlineData("stripped", "Warning", "Warning", "sampled: layout calibrated through poll functions, told by task vtables")]
    public void Builds_of_the_fixture_are_told_apart(string build, string symbols, string lines, string tracker)
    {
        using var folder = new TemporaryFolder();
        using var child = Fixture.Start(build, folder);
        var findings = Judge(child);

        Assert.StartsWith("1.", Of(findings, "Tokio").Found);
        Assert.Equal(symbols, Of(findings, "symbols").Status.ToString());
        Assert.Equal(lines, Of(findings, "file and line").Status.ToString());
        Assert.Equal(FindingStatus.Ok, Of(findings, "unwind tables").Status);
        Assert.Equal(FindingStatus.Ok, Of(findings, "poll functions").Status);
        Assert.StartsWith(tracker, Of(findings, "tracker").Found);
        Assert.All(findings.Where(f => f.Status != FindingStatus.Ok), f => Assert.False(string.IsNullOrEmpty(f.Fix)));
    }

    [Fact]
    public void Program_without_Tokio_is_told()
    {
        using var child = Child.Start("/usr/bin/sleep", "100");
        Assert.Equal(FindingStatus.Missing, Of(Judge(child), "Tokio").Status);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.Equal(ExitCode.NoTarget, Assert.Throws<HudException>(() => TokioModule.Find(modules)).Code);
    }

    [Fact]
    public void Replaced_program_is_told()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.StartCopy("/usr/bin/sleep", folder, "app", "100");
        File.Delete(Path.Combine(folder.Path, "app"));
        var finding = Of(Judge(child), "program");
        Assert.Equal(FindingStatus.Warning, finding.Status);
        Assert.Contains("deleted", finding.Found);
    }
}
