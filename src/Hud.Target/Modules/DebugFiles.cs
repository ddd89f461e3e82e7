using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>What the search for a module's separate debug files gave.</summary>
internal sealed record DebugFiles(ElfImage? Image, string? Path, IReadOnlyList<string> Problems)
{
    public static DebugFiles None { get; } = new(null, null, []);
}
