namespace Hud.Target;

/// <summary>A process that a name may mean.</summary>
/// <param name="Pid">In the pid namespace of hud's own /proc.</param>
/// <param name="Name">See <see cref="TargetProcess.Name"/>.</param>
/// <param name="CommandLine">Arguments joined by blanks; the name in brackets where there are none.</param>
public sealed record ProcessMatch(int Pid, string Name, string CommandLine);

/// <summary>What a search by name gave.</summary>
/// <param name="Pattern">The name looked for.</param>
/// <param name="Matches">By pid; exact matches only, if there are any.</param>
public sealed record FindResult(string Pattern, IReadOnlyList<ProcessMatch> Matches)
{
    private const int MostListed = 20;

    /// <summary>Opens the one match.</summary>
    /// <exception cref="HudException">Exit code 5: none matches, or several do; the message then lists them, one a line.</exception>
    public TargetProcess Single()
    {
        if (Matches is [var only])
            return TargetProcess.Open(only.Pid);
        if (Matches.Count == 0)
            throw new HudException($"no process is called '{Pattern}'", "`hud ps` lists the Tokio processes of this host", ExitCode.NoTarget);

        var lines = Matches.Take(MostListed).Select(m => $"\n  {m.Pid,8}  {m.Name,-24} {Shorten(m.CommandLine)}");
        var more = Matches.Count > MostListed ? $"\n  and {Matches.Count - MostListed} more" : "";
        throw new HudException(
            $"{Matches.Count} processes match '{Pattern}', choose one with --pid:{string.Concat(lines)}{more}", null, ExitCode.NoTarget);
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 99), "…");
}
