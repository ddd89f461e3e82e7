using Hud.Analysis.Model;
using Hud.Symbols;
using Hud.Symbols.Naming;

namespace Hud.Analysis.Classification;

/// <summary>
/// Tells the user's code from dependencies, Tokio, std and the C library: by source path where there is line information,
/// else by the crate in the symbol's name. What the user said about crates goes before everything.
/// </summary>
/// <param name="catalog">What the program shows about its crates.</param>
/// <param name="userCrates">Crates that count as the user's own.</param>
/// <param name="dependencyCrates">Crates that count as dependencies.</param>
internal sealed class FrameClassifier(CrateCatalog catalog, IEnumerable<string>? userCrates = null, IEnumerable<string>? dependencyCrates = null)
{
    private readonly HashSet<string> _user = new((userCrates ?? []).Select(PathOrigin.Normalize), StringComparer.Ordinal);
    private readonly HashSet<string> _dependencies = new((dependencyCrates ?? []).Select(PathOrigin.Normalize), StringComparer.Ordinal);

    public FrameKind Classify(SourceFrame frame, ModuleRole module)
    {
        if (module == ModuleRole.Libc) return FrameKind.Libc;
        var symbolCrate = FunctionPath.CrateOf(frame.Function);
        var path = frame.File is { Length: > 0 } file ? PathOrigin.Of(file) : default;

        if (Chosen(path.Crate ?? symbolCrate) is { } chosen) return chosen;
        if (module == ModuleRole.Library) return FrameKind.Dependency;
        if (symbolCrate is not null && catalog.IsUser(symbolCrate)) return FrameKind.User;
        if (symbolCrate is not null && FunctionPath.IsStd(symbolCrate) && IsDropOfUsers(frame.Function)) return FrameKind.User;
        switch (path.Owner)
        {
            case PathOwner.Std: return FrameKind.Std;
            case PathOwner.Libc: return FrameKind.Libc;
            case PathOwner.Dependency: return (path.Crate ?? symbolCrate) == "tokio" || symbolCrate == "tokio" ? FrameKind.Tokio : FrameKind.Dependency;
        }
        if (symbolCrate is null) return WithoutCrate(frame);
        var kind = KindOf(symbolCrate);
        if (kind is FrameKind.Std or FrameKind.Tokio || frame.File is not { Length: > 0 } unmarked) return kind;
        return catalog.IsDependency(symbolCrate) && !IsLocal(unmarked) || PathOrigin.LooksUnpacked(unmarked, symbolCrate) ? FrameKind.Dependency : FrameKind.User;
    }

    /// <summary>What the crate's name tells where there is no path.</summary>
    private FrameKind KindOf(string crate)
    {
        if (FunctionPath.IsStd(crate)) return FrameKind.Std;
        if (crate == "tokio") return FrameKind.Tokio;
        return !catalog.IsUser(crate) && (catalog.IsDependency(crate) || KnownCrates.Contains(crate)) ? FrameKind.Dependency : FrameKind.User;
    }

    /// <summary>Drop glue is generated for the type that it drops: where the implementation of <c>Drop</c> is inlined into it, it is all that remains.</summary>
    private bool IsDropOfUsers(string function) =>
        DropGlue.DroppedType(function) is { } dropped && DropGlue.Owned(dropped, c => (Chosen(c) ?? KindOf(c)) == FrameKind.User) is not null;

    /// <summary>Code of the program that nothing names: with no symbols at all it may be anybody's, and so the user's; otherwise it is assembly of some library.</summary>
    public static FrameKind Unnamed(ModuleRole module, bool programHasSymbols) => module switch
    {
        ModuleRole.Libc => FrameKind.Libc,
        ModuleRole.Program when !programHasSymbols => FrameKind.User,
        _ => FrameKind.Dependency,
    };

    private FrameKind? Chosen(string? crate)
    {
        if (crate is null) return null;
        if (_user.Contains(crate)) return FrameKind.User;
        return _dependencies.Contains(crate) ? FrameKind.Dependency : null;
    }

    /// <summary>C and assembly linked into the program, and Rust's own runtime symbols.</summary>
    private static FrameKind WithoutCrate(SourceFrame frame)
    {
        if (FunctionPath.IsStdSymbol(frame.Function)) return FrameKind.Std;
        if (CLibraryNames.Contains(frame.Function)) return FrameKind.Libc;
        return frame.File is { Length: > 0 } ? FrameKind.User : FrameKind.Dependency;
    }

    /// <summary>A crate of the same name as a dependency, but built from the workspace (a patched or path dependency).</summary>
    private static bool IsLocal(string path) => !path.StartsWith('/') || path.Contains("/crates/", StringComparison.Ordinal) || path.Contains("/src/", StringComparison.Ordinal);
}
