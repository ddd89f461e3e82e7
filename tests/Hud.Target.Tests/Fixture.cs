using Hud.Symbols;
using Hud.Symbols.Elf;

namespace Hud.Target.Tests;

/// <summary>The Tokio programs that scripts/build-fixtures builds; a test that needs one is skipped where it was not built.</summary>
internal static class Fixture
{
    public static readonly string[] Builds = ["debug", "release", "release-debug", "fat-lto"];

    public static string Path(string build)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var path = System.IO.Path.Combine(folder, "artifacts", "fixtures", build, "ground-truth");
            if (File.Exists(path))
                return path;
        }
        Assert.Skip($"the {build} build of ground-truth is missing: scripts/build-fixtures makes it");
        return "";
    }

    /// <summary>Starts it with tasks that compute a little, and waits until its main function runs.</summary>
    public static Child Start(string build, TemporaryFolder folder, params string[] arguments)
    {
        var log = System.IO.Path.Combine(folder.Path, Guid.NewGuid().ToString());
        var child = Child.Start(
            Path(build),
            ["--log", log, "--scratch", folder.Path, "--scenarios", "light", "--duration", "60", .. arguments]);
        SpinWait.SpinUntil(() => File.Exists(log), 10_000);
        return child;
    }

    public static ElfImage Image(string path)
    {
        var image = ElfImage.TryRead(File.ReadAllBytes(path), SymbolLimits.Default, out var problem);
        Assert.True(image is not null, problem);
        return image;
    }
}
