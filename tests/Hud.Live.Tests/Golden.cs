using System.Runtime.CompilerServices;

namespace Hud.Live.Tests;

/// <summary>Compares text with a file beside the tests; UPDATE_GOLDEN=1 writes the file instead.</summary>
internal static class Golden
{
    public static void Check(string actual, string name)
    {
        var path = Path.Combine(Root(), "tests", "Hud.Live.Tests", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }
        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    public static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Hud.slnx"))) return folder;
        }
        throw new InvalidOperationException("not run from inside the repository");
    }
}
