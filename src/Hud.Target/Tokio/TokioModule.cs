namespace Hud.Target;

/// <summary>The mapped file that has Tokio in it: the program, or a library such as a Node addon.</summary>
public sealed record TokioModule(LoadedModule Module, TokioPresence Presence)
{
    /// <summary>The file name alone.</summary>
    public string Name => Module.Name;

    /// <summary>"Tokio 1.38.0", or without the version where the file does not tell.</summary>
    public string Label => Presence.Version is { } version ? $"Tokio {version}" : "Tokio of unknown version";

    /// <summary>Every module with Tokio: the program first, then libraries, those of the system's own folders last.</summary>
    public static IReadOnlyList<TokioModule> FindAll(ProcessModules modules) => FindAmong(modules.Modules);

    /// <summary>The same of some modules of a process.</summary>
    public static IReadOnlyList<TokioModule> FindAmong(IReadOnlyList<LoadedModule> modules)
    {
        var found = new List<TokioModule>();
        foreach (var module in modules.OrderBy(Rank))
        {
            // What the distribution ships beside libc is C and C++; it is looked at only while nothing else was found.
            if (Rank(module) == SystemLibrary && found.Count > 0)
                break;
            if (TokioVersion.Detect(module.Image) is { } presence)
                found.Add(new TokioModule(module, presence));
        }
        return found;
    }

    /// <summary>The first of <see cref="FindAll"/>.</summary>
    /// <exception cref="HudException">Exit code 5: the process has no Tokio in it.</exception>
    public static TokioModule Find(ProcessModules modules) => RequireAll(modules)[0];

    /// <summary>As <see cref="FindAll"/>: one at least.</summary>
    /// <exception cref="HudException">Exit code 5: the process has no Tokio in it.</exception>
    public static IReadOnlyList<TokioModule> RequireAll(ProcessModules modules) =>
        FindAll(modules) is { Count: > 0 } found
            ? found
            : throw new HudException(
                $"process {modules.Process.Pid} ({modules.Process.Name}) has no Tokio 1.x in it: neither its path strings, nor symbols, nor task vtables",
                "`hud ps` lists the Tokio processes of this host", ExitCode.NoTarget);

    private const int SystemLibrary = 2;

    private static int Rank(LoadedModule module) =>
        module.IsMain ? 0
        : module.Path.StartsWith("/lib", StringComparison.Ordinal) || module.Path.StartsWith("/usr/lib", StringComparison.Ordinal) || module.Path.StartsWith('[') ? SystemLibrary
        : 1;
}
