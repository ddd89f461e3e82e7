using Hud.Symbols.Elf;

namespace Hud.Symbols.Symbolization;

/// <summary>Where separate debug files are looked for, as gdb does it. Names only: whoever may open files tries them in this order.</summary>
public static class DebugFilePaths
{
    private const string DebugRoot = "/usr/lib/debug";

    /// <param name="imagePath">Absolute path of the image; a different root, such as a container's, is put in front of the results by the caller.</param>
    /// <returns>Build-id directory, then what .gnu_debuglink names, then names next to the image.</returns>
    public static IEnumerable<string> ForImage(ElfImage image, string imagePath)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(imagePath);
        if (image.BuildId is { Length: > 2 } id)
        {
            yield return ForBuildId(id);
        }

        string folder = Path.GetDirectoryName(imagePath) ?? "/";
        if (image.DebugLink is { } link && !link.FileName.Contains('/', StringComparison.Ordinal))
        {
            yield return Path.Combine(folder, link.FileName);
            yield return Path.Combine(folder, ".debug", link.FileName);
            yield return string.Concat(DebugRoot, Path.Combine(folder, link.FileName));
        }

        yield return imagePath + ".debug";
        yield return imagePath + ".dbg";
    }

    /// <summary>The DWARF package of split DWARF next to the image.</summary>
    public static string Package(string imagePath) => imagePath + ".dwp";

    /// <summary>The supplementary file of dwz: by its name, which may be relative to <paramref name="ownerPath"/>, and by its build id.</summary>
    public static IEnumerable<string> ForSupplementary(ElfDebugAltLink link, string ownerPath)
    {
        yield return Path.Combine(Path.GetDirectoryName(ownerPath) ?? "/", link.FileName);
        if (link.BuildId.Length > 2)
        {
            yield return ForBuildId(link.BuildId);
        }
    }

    private static string ForBuildId(string id) => $"{DebugRoot}/.build-id/{id[..2]}/{id[2..]}.debug";
}
