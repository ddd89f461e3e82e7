using System.Text;
using Hud.Analysis.Classification;
using Hud.Target;

namespace Hud.Analysis.Naming;

/// <summary>Collects what a program's file shows about its crates.</summary>
internal static class ProgramCrates
{
    public static CrateCatalog Read(LoadedModule program)
    {
        var catalog = new CrateCatalog();
        foreach (var symbol in program.SymbolImage.Symbols)
        {
            var name = symbol.Name.Span;
            if (name.Length > 10 && symbol.IsFunction && IsRustMain(name)) catalog.AddSymbol(Encoding.UTF8.GetString(name));
        }
        foreach (var constants in program.Image.Constants()) catalog.AddPaths(constants.Span);
        return catalog;
    }

    /// <summary>A cheap look at the end of the name before the exact one: legacy names end in "4main17h" and a hash, v0 names in "4main".</summary>
    private static bool IsRustMain(ReadOnlySpan<byte> name) =>
        name.EndsWith("4main"u8) || (name.Length > 28 && name[..^17].EndsWith("4main17h"u8));

    /// <summary>The executable, or a shared object that Tokio is part of, as in an addon for Node.js.</summary>
    public static bool IsProgram(LoadedModule module, ModuleRole byName) =>
        module.IsMain || (byName == ModuleRole.Library && TokioVersion.Detect(module.Image) is not null);
}
