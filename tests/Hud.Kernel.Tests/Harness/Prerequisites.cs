namespace Hud.Kernel.Tests.Harness;

/// <summary>What a test needs to attach to processes. Where it is missing the test is skipped; with CI set, that is a failure.</summary>
internal static class Prerequisites
{
    public static void Require(params string[] files)
    {
        if (!Environment.IsPrivilegedProcess) Missing("needs root: run `sudo make test`");
        foreach (var file in (string[])[Repository.Hud, .. files])
        {
            if (!File.Exists(file)) Missing($"{file} is not built: run `make` and scripts/build-fixtures, or `make test`");
        }
    }

    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"skipped in CI: {what}");
        Assert.Skip(what);
    }
}
