using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;

namespace Hud.Target;

/// <summary>Opens the .dwp package beside a module, and the .dwo files that its units name.</summary>
/// <param name="roots">Folders that count as root directory, in the order to search: the target's, the host's.</param>
/// <param name="open">Opens a path below a root; null when there is none.</param>
internal sealed class SplitDwarfFiles(LoadedModule module, IReadOnlyList<string> roots, Func<string, string, ElfImage?> open) : ISplitDwarfSource
{
    private readonly Lazy<ElfImage?> _package = new(() =>
        First(roots, open, module.Path + ".dwp", "/" + module.Name + ".dwp"));

    public ElfImage? Package => _package.Value;

    public ElfImage? Open(string? compilationDirectory, string name, ulong dwoId) =>
        First(
            roots,
            open,
            Path.Combine("/", compilationDirectory ?? "", name),
            Path.Combine(Path.GetDirectoryName(module.Path) ?? "/", Path.GetFileName(name)));

    private static ElfImage? First(IReadOnlyList<string> roots, Func<string, string, ElfImage?> open, params ReadOnlySpan<string> paths)
    {
        foreach (var root in roots)
        {
            foreach (var path in paths)
            {
                if (open(root, path) is { } image)
                    return image;
            }
        }
        return null;
    }
}
