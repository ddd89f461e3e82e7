namespace Hud.Kernel.Tests.Harness;

/// <summary>Where things are: the built program and the programs it attaches to.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program under test: the path in HUD, else artifacts/hud.</summary>
    public static string Hud => Environment.GetEnvironmentVariable("HUD") ?? Path.Combine(Root, "artifacts", "hud");

    public static string Fixture(string build) => Path.Combine(Root, "artifacts", "fixtures", build, "ground-truth");

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Hud.slnx"))) directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException($"no repository above {AppContext.BaseDirectory}");
    }
}
